// SPDX-License-Identifier: Apache-2.0
//
// What passed keeps passing: by coverage of what is written, not by the synthesis itself.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "flows/connection_file.h"
#include "project/guarantees.h"
#include "tests/golden.h"
#include "tests/seed.h"
#include "tests/synth/random_capture.h"
#include "tests/synth/synthesised.h"
#include "tests/synth/written_cover.h"

namespace cnplint {
namespace {

using coverage::Coverage;
using tests::flow;
using tests::synthesised;
using Texts = std::vector<std::string>;

/// What is refused on purpose, and who said so.
std::set<std::string> refused_on_purpose(const tests::Synthesised& result) {
  std::set<std::string> all;
  for (const synth::LeftOut& each : result.synthesis.learned.left_out)
    if (!each.stays_open()) all.insert(each.connection);
  return all;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& each : lines) text += each;
  return text;
}

struct Kind {
  policy::PolicyKind kind;
  bool l7 = false;
  bool companion = false;
};
const std::array kKinds{Kind{policy::PolicyKind::cilium_network_policy},
                        Kind{policy::PolicyKind::cilium_network_policy, true},
                        Kind{policy::PolicyKind::cilium_clusterwide_network_policy},
                        Kind{policy::PolicyKind::network_policy},
                        Kind{policy::PolicyKind::network_policy, false, true},
                        Kind{policy::PolicyKind::egress_firewall},
                        Kind{policy::PolicyKind::egress_network_policy}};

synth::SynthesisOptions options_for(const Kind& kind) {
  synth::SynthesisOptions options;
  options.learn.suspicious = true;
  options.draft.kind = kind.kind;
  options.draft.l7 = kind.l7;
  options.draft.companion = kind.companion;
  return options;
}

struct Counts {
  std::size_t connections = 0;
  std::size_t denied = 0;  ///< of them, those that were dropped in the cluster
  std::size_t open = 0;    ///< directions
  bool refused = false;    ///< nothing is written
};

Counts expect_nothing_cut_off(const std::string& capture, const Kind& kind,
                              const Texts& keys = {}) {
  synth::SynthesisOptions options = options_for(kind);
  options.labels.keys = keys;
  const auto result = tests::synthesised_unchecked(capture, options);
  const project::Guarantees guarantees =
      project::check_guarantees(result->synthesis, result->options, result->environment, 1);
  Counts counts;
  // Nothing is written where labels that were asked for allow what was refused.
  counts.refused = !keys.empty() && std::ranges::any_of(guarantees.failures, [](const auto& each) {
    return each.starts_with("passes and was left out");
  });
  if (counts.refused) return counts;
  for (const std::string& each : guarantees.failures) ADD_FAILURE() << each << "\n" << result->text;
  counts.open = left_open(result->synthesis.drafts).size();
  if (result->text.empty()) return counts;
  const tests::WrittenCover measured(result->text, capture);
  const std::set<std::string> refused = refused_on_purpose(*result);
  for (const std::uint32_t each : measured.cut_off())
    EXPECT_TRUE(refused.contains(measured.text(each))) << measured.text(each) << "\n"
                                                       << result->text << capture;
  counts.connections = measured.result->report.connections.size();
  for (const coverage::ConnectionCoverage& each : measured.result->report.connections)
    counts.denied += each.coverage == Coverage::denied ? 1 : 0;
  return counts;
}

TEST(SynthOpen, WhatPassedKeepsPassing) {
  std::size_t connections = 0;
  std::size_t open = 0;
  std::size_t denied = 0;
  for (std::uint64_t i = 0; i < 30; ++i) {
    const std::string capture = joined(tests::random_flows(tests::seed() * 1000 + i, 4 + 2 * i));
    for (const Kind& kind : kKinds) {
      SCOPED_TRACE("seed " + std::to_string(tests::seed()) + ", capture " + std::to_string(i) +
                   ", " + std::string(policy::kind_name(kind.kind)));
      const Counts counts = expect_nothing_cut_off(capture, kind);
      connections += counts.connections;
      denied += counts.denied;
      open += counts.open;
    }
  }
  RecordProperty("connections", static_cast<int>(connections));
  RecordProperty("denied", static_cast<int>(denied));
  RecordProperty("open", static_cast<int>(open));
  // It is not for want of default deny that nothing is cut off.
  EXPECT_GT(connections, 1000U);
  EXPECT_GT(denied, 30U);
  EXPECT_GT(open, 100U);
}

TEST(SynthOpen, WhatPassedKeepsPassingWhereLabelsAreShared) {
  std::size_t open = 0;
  std::size_t refused = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    std::string capture = joined(tests::random_flows(tests::seed() * 1000 + 700 + i, 4 + 2 * i));
    // Workloads of one team, web and cart among them.
    for (const std::string app : {"web", "cart", "pay", "api", "db"}) {
      const std::string label = R"("k8s:app=)" + app;
      const std::string team =
          std::string(R"("k8s:team=)") + (app == "db" ? "blue" : "red") + "\"," + label;
      for (std::size_t at = capture.find(label); at != std::string::npos;
           at = capture.find(label, at + team.size()))
        capture.replace(at, label.size(), team);
    }
    for (const Kind& kind : kKinds) {
      SCOPED_TRACE("seed " + std::to_string(tests::seed()) + ", capture " + std::to_string(i) +
                   ", " + std::string(policy::kind_name(kind.kind)));
      const Counts counts = expect_nothing_cut_off(capture, kind, {"team"});
      open += counts.open;
      refused += counts.refused ? 1 : 0;
    }
  }
  EXPECT_LT(refused, 50U);
  EXPECT_GT(open, 50U);
}

TEST(SynthOpen, RealCaptures) {
  const std::filesystem::path folder = tests::repository("../shared/captures");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  std::size_t connections = 0;
  for (const std::filesystem::path& file : tests::entries(folder))
    if (file.extension() == ".json")
      for (const Kind& kind : kKinds) {
        SCOPED_TRACE(file.string() + ", " + std::string(policy::kind_name(kind.kind)));
        connections += expect_nothing_cut_off(tests::read(file), kind).connections;
      }
  EXPECT_GT(connections, 150U);
}

/// The answer to a flow, as Hubble writes it; the flow itself where it has none.
std::string answer_to(const std::string& line) {
  nlohmann::json object = nlohmann::json::parse(line);
  nlohmann::json& flow = object["flow"];
  const std::string protocol = flow["l4"].begin().key();
  nlohmann::json& l4 = flow["l4"][protocol];
  if (flow["verdict"] != "FORWARDED" || flow["is_reply"] != false || flow.contains("l7") ||
      (protocol == "ICMPv4" ? l4.value("type", 0) != 8 : l4.value("destination_port", 0) == 0))
    return line;
  std::swap(flow["source"], flow["destination"]);
  std::swap(flow["IP"]["source"], flow["IP"]["destination"]);
  flow.erase("destination_names");
  flow["is_reply"] = true;
  flow["event_type"] = {{"type", 4}};
  if (protocol == "ICMPv4")
    l4["type"] = 0;
  else
    std::swap(l4["source_port"], l4["destination_port"]);
  if (protocol == "TCP") l4["flags"] = {{"ACK", true}};
  return object.dump() + "\n";
}

TEST(SynthOpen, WhatHasAnswersOnlyKeepsPassing) {
  std::size_t answers = 0;
  std::size_t open = 0;
  for (std::uint64_t i = 0; i < 30; ++i) {
    const std::vector<std::string> all = tests::random_flows(tests::seed() * 1000 + 900 + i, 30);
    std::vector<std::string> shown;
    for (const std::string& each : all) {
      shown.push_back(shown.size() % 3 == 0 ? answer_to(each) : each);
      answers += shown.back() == each ? 0 : 1;
    }
    const auto result =
        tests::synthesised_unchecked(joined(shown), options_for(kKinds[i % kKinds.size()]));
    open += left_open(result->synthesis.drafts).size();
    const std::set<std::string> refused = refused_on_purpose(*result);
    const tests::WrittenCover measured(result->text, joined(all));
    for (const std::uint32_t each : measured.cut_off())
      EXPECT_TRUE(refused.contains(measured.text(each)))
          << "seed " << tests::seed() << ", " << i << ": " << measured.text(each) << "\n"
          << result->text << joined(shown);
  }
  EXPECT_GT(answers, 100U);
  EXPECT_GT(open, 30U);
}

TEST(SynthOpen, AnotherHalfIsDeniedOnlyWhatTheFirstDidNotShow) {
  std::size_t denied = 0;
  for (std::uint64_t i = 0; i < 30; ++i) {
    const std::vector<std::string> all = tests::random_flows(tests::seed() * 1000 + 500 + i, 60);
    std::mt19937_64 random(i);
    std::vector<std::string> shown;
    std::vector<std::string> others;
    for (const std::string& each : all) (random() % 2 == 0 ? shown : others).push_back(each);
    const auto result = tests::synthesised_unchecked(joined(shown), options_for(kKinds.front()));
    std::set<std::string> seen;
    for (const coverage::ObservedConnection& each : result->traffic.connections)
      if (each.passed > 0) seen.insert(described(each, result->traffic));
    for (const std::string& each : refused_on_purpose(*result)) seen.erase(each);
    const tests::WrittenCover measured(result->text, joined(others));
    for (const std::uint32_t each : measured.cut_off()) {
      ++denied;
      EXPECT_FALSE(seen.contains(measured.text(each)))
          << "seed " << tests::seed() << ", " << i << ": " << measured.text(each) << "\n"
          << result->text;
    }
  }
  EXPECT_GT(denied, 50U);
}

// --- What is said of it ---

TEST(SynthOpen, TheDirectionThatNeedsItStaysOpen) {
  const auto result = synthesised(flow({}) + flow({.to = "shop/?plain", .port = 80}));
  const synth::PolicyDraft* cart = result->policy("shop/cart");
  ASSERT_NE(cart, nullptr);
  EXPECT_TRUE(cart->why_open(policy::Direction::ingress).empty());
  EXPECT_EQ(cart->why_open(policy::Direction::egress).size(), 1U);
  EXPECT_TRUE(result->has("enableDefaultDeny: {ingress: true, egress: false}"));
  EXPECT_TRUE(
      result->has("  # egress stays open: what passed and has no rule would be cut off\n"
                  "  #   shop/cart -> shop/plain 80/TCP: nothing that the capture has of "
                  "shop/plain can be selected\n"))
      << result->text;
  // What is known is written all the same: it is there once the direction can be closed.
  EXPECT_EQ(tests::egress(cart).front(), "app=db@shop 5432/TCP");
  // The other end is not concerned.
  EXPECT_TRUE(result->policy("shop/db")->why_open(policy::Direction::ingress).empty());
}

TEST(SynthOpen, AnAnswerIsOfAConnectionThatPassed) {
  const auto opened = [](const std::string& more) {
    return left_open(synthesised(flow({}) + flow({.to = "shop/web", .port = 80}) +
                                 flow({.from = "shop/db", .to = "shop/web", .port = 80}) + more)
                         ->synthesis.drafts)
        .size();
  };
  const tests::Line answer{
      .from = "shop/db", .to = "shop/cart", .port = 40001, .reply = "true", .source_port = 8443};
  EXPECT_EQ(opened(flow(answer)), 2U);
  // Its request is there.
  EXPECT_EQ(opened(flow(answer) + flow({.port = 8443})), 0U);
  const std::string stored = flows::write_connections(tests::read_flow_text(flow(answer)).table);
  EXPECT_EQ(opened(stored), 2U) << stored;
  EXPECT_EQ(opened(stored + flow({.port = 8443})), 0U);
  // The local host is always let in, and the outside has no policies.
  EXPECT_EQ(
      opened(flow(
          {.from = "shop/db", .to = "host", .port = 40001, .reply = "true", .source_port = 8443})),
      0U);
  EXPECT_EQ(opened(flow({.from = "192.0.2.7",
                         .to = "shop/cart",
                         .port = 40001,
                         .reply = "true",
                         .source_port = 443})),
            1U);
  // Copies of tunnels have the node for the pod, and no `is_reply`.
  EXPECT_EQ(opened(flow({.from = "shop/db",
                         .to = "remote-node",
                         .port = 40001,
                         .direction = "",
                         .reply = "null",
                         .source_port = 5432,
                         .event = 4})),
            0U);
}

TEST(SynthOpen, WhatANetworkPolicyCannotSay) {
  synth::SynthesisOptions options;
  options.draft.kind = policy::PolicyKind::network_policy;
  const auto result = synthesised(flow({}) + flow({.to = "kube-apiserver", .port = 6443}) +
                                      flow({.from = "shop/web", .to = "shop/cart", .port = 80}),
                                  options);
  EXPECT_TRUE(result->has("policyTypes: [Ingress]")) << result->text;
  EXPECT_TRUE(result->has("a NetworkPolicy cannot name kube-apiserver"));
  // A list of egress would deny what it does not have.
  EXPECT_EQ(tests::egress(result->policy("shop/cart")), std::vector<std::string>{});
  EXPECT_EQ(left_open(result->synthesis.drafts).size(), 1U);
}

TEST(SynthOpen, ACompanionHasTheWordsThatANetworkPolicyLacks) {
  synth::SynthesisOptions options;
  options.draft.kind = policy::PolicyKind::network_policy;
  options.draft.companion = true;
  const std::string capture = flow({}) + flow({.to = "kube-apiserver", .port = 6443}) +
                              flow({.to = "host", .port = 9100}) +
                              flow({.to = "192.0.2.7", .port = 8, .protocol = "ICMPv4"}) +
                              flow({.from = "shop/web", .to = "shop/cart", .port = 80});
  const auto result = synthesised(capture, options);
  EXPECT_EQ(left_open(result->synthesis.drafts), std::vector<std::string>{});
  const auto& policies = result->synthesis.drafts.policies;
  ASSERT_EQ(policies.size(), 4U);
  EXPECT_EQ(policies[0].kind, policy::PolicyKind::network_policy);
  const synth::PolicyDraft& companion = policies[1];
  EXPECT_EQ(companion.name, "cart-companion");
  EXPECT_EQ(companion.kind, policy::PolicyKind::cilium_network_policy);
  EXPECT_EQ(tests::egress(&companion),
            (std::vector<std::string>{"192.0.2.7/32 ICMPv4 type 8", "host 9100/TCP",
                                      "kube-apiserver 6443/TCP", "remote-node 9100/TCP"}));
  EXPECT_TRUE(companion.ingress.empty());
  // It opens and closes nothing by itself, so that it can be applied first.
  EXPECT_TRUE(result->has("enableDefaultDeny: {ingress: false, egress: false}")) << result->text;
  // What stays open in the NetworkPolicy needs none.
  const auto open = synthesised(capture + flow({.to = "shop/?plain", .port = 80}), options);
  EXPECT_EQ(open->synthesis.drafts.policies.size(), 3U);
  EXPECT_EQ(left_open(open->synthesis.drafts).size(), 1U);
}

TEST(SynthOpen, NobodyKnowsWhoConnected) {
  const auto result = synthesised(
      flow({}) + flow({.to = "shop/db", .port = 5433}) +
      flow({.from = "shop/web", .to = "shop/cart", .port = 44444, .reply = "null", .event = 4}));
  EXPECT_EQ(result->policy("shop/cart"), nullptr);
  EXPECT_TRUE(result->policy("shop/db")->why_open(policy::Direction::ingress).empty());
  ASSERT_EQ(result->synthesis.drafts.unwritten.size(), 1U);
  EXPECT_NE(result->synthesis.drafts.unwritten.front().find(
                "shop/web and shop/cart TCP: the capture does not say which of them connects"),
            std::string::npos)
      << result->synthesis.drafts.unwritten.front();
  // The usual port of gRPC is no client's.
  const auto grpc = synthesised(
      flow({.from = "shop/web", .to = "shop/cart", .port = 50051, .reply = "null", .event = 4}));
  EXPECT_EQ(tests::ingress(grpc->policy("shop/cart")),
            std::vector<std::string>{"app=web@shop 50051/TCP"});
}

TEST(SynthOpen, NobodyKnowsByWhichProtocol) {
  // Hubble has no words for those of tunnels, nor for further fragments.
  const auto without = [](const tests::Line& line) {
    nlohmann::json object = nlohmann::json::parse(flow(line));
    object["flow"].erase("l4");
    return object.dump() + "\n";
  };
  const auto result = synthesised(flow({}) + flow({.from = "shop/web", .to = "shop/mail"}) +
                                  without({.from = "shop/mail", .to = "shop/db"}));
  const Texts open = left_open(result->synthesis.drafts);
  ASSERT_EQ(open.size(), 2U);
  for (const std::string& each : open)
    EXPECT_NE(each.find("shop/mail and shop/db: the capture does not say"), std::string::npos)
        << each;
  const auto fragments = synthesised(flow({}) + without({.from = "shop/db", .to = "shop/cart"}));
  EXPECT_EQ(left_open(fragments->synthesis.drafts).size(), 0U);
}

TEST(SynthOpen, WhatStartsUpHasARule) {
  std::string starting = flow({.from = "remote-node", .to = "shop/cart", .port = 8081});
  for (std::size_t at = starting.find("remote-node"); at != std::string::npos;
       at = starting.find("remote-node"))
    starting.replace(at, std::string("remote-node").size(), "init");
  starting.replace(starting.find("EGRESS"), 6, "INGRESS");
  const auto result = tests::synthesised(starting);
  EXPECT_EQ(tests::ingress(result->policy("shop/cart")), Texts{"init 8081/TCP"});
}

synth::SynthesisOptions of_kind(policy::PolicyKind kind) {
  synth::SynthesisOptions options;
  options.draft.kind = kind;
  return options;
}

TEST(SynthOpen, AFirewallIsForPodsWithoutLabelsToo) {
  const synth::SynthesisOptions options = of_kind(policy::PolicyKind::egress_firewall);
  const auto result = tests::synthesised(flow({.from = "shop/?plain", .to = "203.0.113.9"}) +
                                             flow({.from = "shop/cart", .to = "203.0.113.8"}) +
                                             flow({.from = "mail/out", .to = "203.0.113.8"}),
                                         options);
  EXPECT_EQ(result->policy("shop"), nullptr);
  EXPECT_NE(result->policy("mail"), nullptr);
  EXPECT_EQ(left_open(result->synthesis.drafts).size(), 1U);
}

TEST(SynthOpen, ToAFirewallAnApiServerOutsideIsAnAddress) {
  std::string managed = flow({.to = "203.0.113.9", .port = 443});
  const std::string world = R"("reserved:world")";
  managed.replace(managed.find(world), world.size(), R"("reserved:kube-apiserver",)" + world);
  EXPECT_EQ(tests::egress(synthesised(managed)->policy("shop/cart")),
            (Texts{tests::kUsualDns, "kube-apiserver 443/TCP"}));
  for (const policy::PolicyKind kind :
       {policy::PolicyKind::egress_firewall, policy::PolicyKind::egress_network_policy}) {
    const auto result = synthesised(managed, of_kind(kind));
    EXPECT_TRUE(result->has("cidrSelector: 203.0.113.9/32")) << result->text;
  }
}

TEST(SynthOpen, NoCidrIsAboutTheAddressOfAService) {
  synth::SynthesisOptions options;
  const std::string capture = flow({}) + flow({.to = "10.96.0.1", .port = 443});
  EXPECT_EQ(left_open(synthesised(capture, options)->synthesis.drafts), Texts());
  options.learn.suspicious = true;
  const auto result = synthesised(capture, options);
  EXPECT_EQ(left_open(result->synthesis.drafts).size(), 1U);
  EXPECT_FALSE(result->has("toCIDR")) << result->text;
}

TEST(SynthOpen, AnEgressNetworkPolicyIsAboutIpv4Only) {
  const synth::SynthesisOptions options = of_kind(policy::PolicyKind::egress_network_policy);
  const auto result = tests::synthesised(flow({.from = "shop/cart", .to = "2001:db8::9"}) +
                                             flow({.from = "shop/cart", .to = "203.0.113.8"}) +
                                             flow({.from = "mail/out", .to = "2001:db8::8"}),
                                         options);
  ASSERT_NE(result->policy("shop"), nullptr);
  EXPECT_EQ(result->policy("shop")->egress.size(), 1U);
  EXPECT_NE(result->policy("mail"), nullptr);
}

TEST(SynthOpen, ANetworkPolicyIsProposedOnlyWhereOneDeniesAlready) {
  const synth::SynthesisOptions options = of_kind(policy::PolicyKind::network_policy);
  const std::string audited = flow({.verdict = "AUDIT"});
  const auto alone = tests::synthesised(audited, options);
  EXPECT_EQ(alone->synthesis.drafts.policies.size(), 0U);
  EXPECT_EQ(alone->synthesis.drafts.not_proposed,
            (Texts{"egress of shop/cart", "ingress of shop/db"}));
  const auto beside = tests::synthesised(audited + flow({.port = 80}), options);
  EXPECT_NE(beside->policy("shop/db", true), nullptr);
  EXPECT_EQ(beside->synthesis.drafts.not_proposed, Texts());
}

TEST(SynthOpen, WhatIsForbiddenStaysClosed) {
  const tests::TemporaryFolder folder;
  synth::SynthesisOptions options;
  options.learn.forbidden =
      *synth::read_flow_list(folder.write("deny", "shop/cart -> 192.0.2.7 443/TCP\n").string());
  const auto result = synthesised(flow({}) + flow({.to = "192.0.2.7", .port = 443}) +
                                      flow({.to = "169.254.169.254", .port = 80}),
                                  options);
  EXPECT_TRUE(left_open(result->synthesis.drafts).empty());
}

}  // namespace
}  // namespace cnplint
