// SPDX-License-Identifier: Apache-2.0
//
// Labels, edits, lists and generalising, case by case.
#include <gtest/gtest.h>

#include "policy/verdict/label_quality.h"
#include "project/guarantees.h"
#include "synth/flow_list.h"
#include "synth/name.h"
#include "tests/golden.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using policy::Direction;
using policy::LabelQuality;
using tests::egress;
using tests::flow;
using tests::ingress;
using tests::synthesised;
using Texts = std::vector<std::string>;

// --- Labels ---

TEST(SynthLabels, Quality) {
  const std::vector<std::tuple<const char*, const char*, LabelQuality>> table{
      {"app", "cart", LabelQuality::stable},
      {"tier", "backend", LabelQuality::stable},
      {"app", "redis7", LabelQuality::stable},
      {"zone", "eu-west-1", LabelQuality::stable},
      {"version", "blue", LabelQuality::unstable},
      {"release", "v1.2.3", LabelQuality::unstable},
      {"track", "2024-05-01", LabelQuality::generated},
      {"helm.sh/chart", "cart-1.2.3", LabelQuality::unstable},
      {"job-name", "backup-28391", LabelQuality::generated},
      {"build", "9fceb02d0ae598e9", LabelQuality::generated},
      {"id", "123e4567-e89b-12d3-a456-426614174000", LabelQuality::generated},
      {"config-hash", "abc", LabelQuality::generated},
      {"rollouts-pod-template-hash", "5d4b8c7f9x", LabelQuality::generated},
      {"io.kubernetes.pod.namespace", "shop", LabelQuality::unusable},
      {"io.cilium.k8s.policy.cluster", "default", LabelQuality::unusable},
      {"app", "not a value", LabelQuality::unusable},
      {"app", "", LabelQuality::unusable},
  };
  for (const auto& [key, value, quality] : table)
    EXPECT_EQ(policy::quality_of("k8s", key, value), quality) << key << "=" << value;
  EXPECT_EQ(policy::quality_of("gen", "app", "cart"), LabelQuality::unusable);
  EXPECT_LT(policy::preference_of("app"), policy::preference_of("tier"));
}

/// The selector of shop/a, which connects with these labels beside app=a.
const synth::Party& party_of(const tests::Synthesised& result, const std::string& name) {
  return *std::ranges::find(result.synthesis.parties.all, name, &synth::Party::name);
}

TEST(SynthLabels, TheFewestThatTellApart) {
  // app alone is shared by b; instance tells them apart, and is one label.
  std::string capture =
      flow({.from = "shop/a", .from_labels = R"(,"k8s:app.kubernetes.io/instance=one")"});
  std::string b =
      flow({.from = "shop/b", .from_labels = R"(,"k8s:app.kubernetes.io/instance=two")"});
  b.replace(b.find("app=b"), 5, "app=a");
  const auto result = synthesised(capture + b);
  EXPECT_EQ(party_of(*result, "shop/a").labels,
            (synth::Labels{{"app.kubernetes.io/instance", "one"}}));
  // A version is taken only where nothing else tells them apart, beside what does best without it.
  std::string v1 = flow({.from = "shop/a", .from_labels = R"(,"k8s:version=v1")"});
  std::string v2 = flow({.from = "shop/b", .from_labels = R"(,"k8s:version=v2")"});
  v2.replace(v2.find("app=b"), 5, "app=a");
  const auto versions =
      synthesised(v1 + v2 + flow({.from = "shop/c", .from_labels = R"(,"k8s:version=v1")"}));
  EXPECT_EQ(party_of(*versions, "shop/a").labels, (synth::Labels{{"app", "a"}, {"version", "v1"}}));
  EXPECT_EQ(party_of(*versions, "shop/a").choice, synth::Choice::unstable);
  EXPECT_EQ(party_of(*versions, "shop/c").labels, (synth::Labels{{"app", "c"}}));
}

TEST(SynthLabels, ConstantOverTheWindow) {
  // The label changes while the capture runs: a rollout, not another workload.
  const auto result = synthesised(flow({.from_labels = R"(,"k8s:tier=a")"}) +
                                  flow({.from_labels = R"(,"k8s:tier=b")"}));
  EXPECT_EQ(party_of(*result, "shop/cart").labels, (synth::Labels{{"app", "cart"}}));
  EXPECT_EQ(party_of(*result, "shop/cart").endpoints.size(), 2U);
}

TEST(SynthLabels, Collisions) {
  // The labels of one are among those of the other.
  std::string b = flow({.from = "shop/b", .port = 80, .from_labels = R"(,"k8s:role=worker")"});
  b.replace(b.find("app=b"), 5, "app=a");
  const auto result = tests::synthesised_unchecked(flow({.from = "shop/a"}) + b);
  EXPECT_EQ(party_of(*result, "shop/a").collisions, Texts{"shop/b"});
  const auto guarantees =
      project::check_guarantees(result->synthesis, result->options, result->environment, 1);
  EXPECT_EQ(guarantees.failures, Texts());
  EXPECT_EQ(guarantees.excess, 0U);
  EXPECT_GT(guarantees.shared, 0U);
  EXPECT_TRUE(result->has("# these labels also select shop/b: all here is for these as well"));
  // What was refused to one of them must not come in that way.
  std::string drop = flow({.from = "shop/b",
                           .verdict = "DROPPED",
                           .drop_reason = 133,
                           .from_labels = R"(,"k8s:role=worker")"});
  drop.replace(drop.find("app=b"), 5, "app=a");
  const auto refused = tests::synthesised_unchecked(flow({.from = "shop/a"}) + b + drop);
  const auto refusal =
      project::check_guarantees(refused->synthesis, refused->options, refused->environment, 1);
  ASSERT_FALSE(refusal.failures.empty());
  EXPECT_EQ(refusal.failures.front(), "passes and was left out: shop/b -> shop/db 5432/TCP");
}

TEST(SynthLabels, ManifestsAreNeighboursToo) {
  const std::string manifest = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: other, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart, tier: other}}
    spec: {containers: [{name: c, image: c}]}
)";
  const auto result = synthesised(flow({.from_labels = R"(,"k8s:tier=main")"}), {}, manifest);
  EXPECT_EQ(party_of(*result, "shop/cart").labels, (synth::Labels{{"tier", "main"}}));
}

TEST(SynthLabels, KeysAskedForAndServiceAccounts) {
  synth::SynthesisOptions options;
  options.labels.keys = {"team", "app"};
  const std::string labels =
      R"(,"k8s:team=cart-team","k8s:io.cilium.k8s.policy.serviceaccount=cart-sa")";
  EXPECT_EQ(party_of(*synthesised(flow({.from_labels = labels}), options), "shop/cart").labels,
            (synth::Labels{{"team", "cart-team"}}));
  options = {};
  options.labels.service_accounts = true;
  const auto result = synthesised(flow({.from_labels = labels}), options);
  EXPECT_EQ(party_of(*result, "shop/cart").labels,
            (synth::Labels{{"io.cilium.k8s.policy.serviceaccount", "cart-sa"}}));
  options = {};
  options.labels.frozen["shop/cart"] = {"team", "app"};
  EXPECT_EQ(party_of(*synthesised(flow({.from_labels = labels}), options), "shop/cart").labels,
            (synth::Labels{{"team", "cart-team"}, {"app", "cart"}}));
}

// --- Peers ---

TEST(SynthPeers, EntitiesAndClusters) {
  const auto result = synthesised(
      flow({.to = "kube-apiserver", .port = 443, .to_labels = R"(,"reserved:remote-node")"}) +
      flow({.to = "remote-node", .port = 9100}) + flow({.to = "host", .port = 9100}) +
      flow({.from = "host", .to = "shop/cart", .port = 8080, .direction = "INGRESS"}) +
      flow({.to = "shop/mesh", .port = 80}).replace(0, 0, ""));
  EXPECT_EQ(egress(result->policy("shop/cart")),
            (Texts{"app=mesh@shop 80/TCP", "host 9100/TCP", "k8s-app=kube-dns@kube-system 53/ANY",
                   "kube-apiserver 443/TCP", "remote-node 9100/TCP"}));
  EXPECT_EQ(ingress(result->policy("shop/cart")), Texts{});
  EXPECT_EQ(result->synthesis.learned.probes, 1U);
  synth::SynthesisOptions host;
  host.learn.host = true;
  EXPECT_EQ(
      ingress(synthesised(flow({.from = "host", .to = "shop/cart", .port = 8080}) + flow({}), host)
                  ->policy("shop/cart")),
      (Texts{"host 8080/TCP", "remote-node 8080/TCP"}));
  std::string mesh = flow({.to = "shop/db"});
  mesh.replace(mesh.rfind("cluster=default"), 15, "cluster=east---");
  mesh.replace(mesh.rfind("east---"), 7, "easterx");
  const auto other = synthesised(mesh + flow({.to = "shop/db", .port = 80}));
  EXPECT_EQ(egress(other->policy("shop/cart")),
            (Texts{"app=db@shop 80/TCP", "app=db@shop@easterx 5432/TCP",
                   "k8s-app=kube-dns@kube-system 53/ANY"}));
  // Up to 1.18 the local cluster has to be named as well, else it would be any.
  policy::Environment old;
  old.cilium = policy::Release{18};
  const auto loose = synthesised(mesh + flow({.to = "shop/db", .port = 80}), {}, "", old);
  EXPECT_EQ(egress(loose->policy("shop/cart")).front(), "app=db@shop@default 80/TCP");
}

TEST(SynthPeers, DnsServers) {
  // The one that most ask; a server is not given DNS of its own.
  const auto openshift =
      synthesised(flow({.to = "openshift-dns/dns", .port = 5353, .protocol = "UDP"}) +
                  flow({.from = "web/front", .to = "shop/cart", .port = 8080}));
  EXPECT_EQ(egress(openshift->policy("web/front")),
            (Texts{"app=cart@shop 8080/TCP", "app=dns@openshift-dns 5353/ANY"}));
  EXPECT_EQ(egress(openshift->policy("openshift-dns/dns")), Texts{});
  const auto node_local = synthesised(flow({.to = "169.254.20.10", .port = 53, .protocol = "UDP"}));
  EXPECT_EQ(egress(node_local->policy("shop/cart")), Texts{"169.254.20.10/32 53/ANY"});
  // Nobody asked, but the server is there.
  const auto silent = synthesised(flow({}) + flow({.from = "web/front",
                                                   .to = "kube-system/dns",
                                                   .port = 9153,
                                                   .to_labels = R"(,"k8s:k8s-app=kube-dns")"}));
  EXPECT_EQ(egress(silent->policy("shop/cart")),
            (Texts{"app=db@shop 5432/TCP", "app=dns@kube-system 53/ANY"}));
}

// --- What should not be ---

TEST(SynthSuspicions, AreLeftOut) {
  std::string capture = flow({}) + flow({.from = "203.0.113.9", .to = "shop/db", .port = 22}) +
                        flow({.to = "169.254.169.254", .port = 80});
  for (int port = 1; port <= 20; ++port) capture += flow({.from = "web/scanner", .port = port});
  capture += flow({
      .port = 40001,
      .reply = "null",
      .source_port = 0,
  });
  const auto result = synthesised(capture);
  const Texts left_out = result->left_out();
  EXPECT_EQ(left_out.size(), 22U);
  EXPECT_EQ(left_out.front(), "suspicious: 203.0.113.9 -> shop/db 22/TCP");
  EXPECT_EQ(result->policy("web/scanner"), nullptr);
  synth::SynthesisOptions options;
  options.learn.suspicious = true;
  EXPECT_EQ(synthesised(capture, options)->left_out(), Texts{});
  // A source that asks often is no scanner.
  std::string busy = flow({});
  for (int port = 1; port <= 20; ++port)
    for (int second = 0; second < 3; ++second)
      busy += flow({.from = "web/scanner", .port = port, .second = second});
  EXPECT_EQ(synthesised(busy)->left_out(), Texts{});
}

TEST(SynthLists, ForbiddenAndBlocked) {
  const tests::TemporaryFolder folder;
  synth::SynthesisOptions options;
  auto forbidden = synth::read_flow_list(
      folder.write("deny", "# who may not\nweb/* -> shop/db 5432/TCP\n * -> 10.0.0.0/8 # none\n")
          .string());
  ASSERT_TRUE(forbidden);
  options.learn.forbidden = *forbidden;
  auto blocked = synth::read_address_list(
      folder
          .write("block",
                 "203.0.113.0/24\n2001:db8::7\nevil.example  # feed\n0.0.0.0 ads.example\n")
          .string());
  ASSERT_TRUE(blocked);
  options.learn.blocked = *blocked;
  const auto result = synthesised(
      flow({}) + flow({.from = "web/front"}) + flow({.from = "web/front", .port = 80}) +
          flow({.to = "10.9.9.9", .port = 443}) + flow({.to = "203.0.113.7", .port = 443}) +
          flow({.to = "2001:db8::7", .port = 443}) +
          flow({.to = "198.51.100.7", .port = 443, .names = R"("a.evil.example")"}),
      options);
  EXPECT_EQ(result->left_out(), (Texts{"forbidden: shop/cart -> 10.9.9.9 443/TCP",
                                       "blocked: shop/cart -> 198.51.100.7 443/TCP",
                                       "blocked: shop/cart -> 2001:db8::7 443/TCP",
                                       "blocked: shop/cart -> 203.0.113.7 443/TCP",
                                       "forbidden: web/front -> shop/db 5432/TCP"}));
  const auto wrong = synth::read_flow_list(folder.write("wrong", "a b\nx -> y 99999\n").string());
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("wrong:1:1: not a connection"), std::string::npos);
  EXPECT_NE(wrong.error().message.find("wrong:2:8: `99999` is no port"), std::string::npos);
  EXPECT_FALSE(synth::read_address_list(folder.write("w", "1.2.3.4.5\n").string()));
}

// --- Generalising ---

TEST(SynthGeneralize, WithinTheBudgetOnly) {
  std::string capture;
  for (const int port : {8080, 8081, 8083}) capture += flow({.port = port});
  for (const char* address : {"203.0.113.8", "203.0.113.9", "203.0.113.11"})
    capture += flow({.to = address, .port = 443});
  synth::SynthesisOptions options;
  // Each side costs: 8082 is added to the egress of the one and to the ingress of the other.
  options.draft.generalize = 1;
  EXPECT_EQ(ingress(synthesised(capture, options)->policy("shop/db")),
            (Texts{"app=cart@shop 8080/TCP-8081", "app=cart@shop 8083/TCP"}));
  options.draft.generalize = 10;
  EXPECT_EQ(ingress(synthesised(capture, options)->policy("shop/db")),
            (Texts{"app=cart@shop 8080/TCP-8083"}));
  // The CIDRs cost one address as well.
  options.draft.generalize = 10;
  const auto wide = synthesised(capture, options);
  const Texts found = egress(wide->policy("shop/cart"));
  EXPECT_NE(std::ranges::find(found, "203.0.113.8/30 443/TCP"), found.end())
      << ::testing::PrintToString(found);
  EXPECT_TRUE(wide->has("generalised: adds 1 connection that nobody saw"));
}

TEST(SynthGeneralize, LabelsThatPeersShare) {
  std::string capture;
  for (const char* from : {"shop/a", "shop/b", "shop/c"})
    capture += flow({.from = from, .from_labels = R"(,"k8s:tier=front")"});
  synth::SynthesisOptions options;
  options.draft.generalize = 1;
  EXPECT_EQ(ingress(synthesised(capture, options)->policy("shop/db")),
            Texts{"tier=front@shop 5432/TCP"});
}

TEST(SynthNames, AreDnsLabels) {
  EXPECT_EQ(synth::dns_label_of("My_App.v2"), "my-app-v2");
  EXPECT_EQ(synth::dns_label_of("--"), "policy");
  EXPECT_LE(synth::dns_label_of(std::string(100, 'a')).size(), 63U);
  EXPECT_NE(synth::dns_label_of(std::string(100, 'a')), synth::dns_label_of(std::string(101, 'a')));
}

// --- Limits and hostile input ---

TEST(SynthLimits, FortyPortsAnEntry) {
  std::string capture;
  for (int port = 1; port <= 95; ++port)
    for (int second = 0; second < 3; ++second)
      capture += flow({.port = 1000 + 2 * port, .second = second});
  for (int type = 1; type <= 45; ++type) capture += flow({.port = type, .protocol = "ICMPv4"});
  EXPECT_EQ(ingress(synthesised(capture)->policy("shop/db")).size(), 140U);
}

TEST(SynthLimits, TextsOfTheCaptureEndNoLine) {
  // A line break of YAML 1.1 in a label, in a name and in a path.
  synth::SynthesisOptions options;
  options.draft.l7 = true;
  const std::string evil = R"(x\n  - {}\u2028injected: true\u0085\"'#)";
  const auto result = tests::synthesised_unchecked(
      flow({}) + flow({.from = "shop/e", .from_labels = ",\"k8s:tier=" + evil + "\""}) +
          flow({.from = "shop/" + evil, .port = 80}) +
          flow({.to = "203.0.113.7", .port = 443, .names = "\"" + evil + R"(","ok.example.com")"}) +
          flow({.port = 8080,
                .l7 = R"({"type":"REQUEST","http":{"method":"GET","url":"http://db/)" + evil +
                      "\"}}"}),
      options);
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("p", result->text));
  for (const policy::Document& document : content.documents) {
    EXPECT_FALSE(document.error());
    EXPECT_FALSE(document.root().get("injected"));
    EXPECT_FALSE(document.root().get("spec").get("injected"));
  }
  EXPECT_EQ(content.documents.size(), result->synthesis.drafts.policies.size());
}

TEST(SynthLimits, HostileTextsInEveryPlace) {
  const std::string good =
      flow({.to = "203.0.113.7", .port = 443, .names = R"("NAME.example")"}) +
      flow({.port = 8080, .l7 = R"({"type":"REQUEST","http":{"method":"METHOD","url":"/PATH"}})"});
  const std::vector<std::string> places{"NAME.example", "METHOD",     "PATH",
                                        "k8s:app=cart", "cart-0",     R"("shop")",
                                        "app=db",       "Deployment", R"("name":"db")"};
  const std::vector<std::string> texts{"",
                                       R"(\n- {})",
                                       "*",
                                       "&a",
                                       "!!x y",
                                       "{{ x }}",
                                       "---",
                                       "# x",
                                       R"(\u0000)",
                                       R"(\u2028x: y)",
                                       "<script>",
                                       "yes",
                                       "010",
                                       "a: b",
                                       "%",
                                       R"(\\)",
                                       std::string(100'000, 'x'),
                                       "../../etc/passwd"};
  synth::SynthesisOptions options;
  options.draft.l7 = true;
  options.draft.generalize = 5;
  for (const std::string& place : places)
    for (const std::string& text : texts) {
      std::string capture = good;
      const bool quoted = place.starts_with('"') && place.ends_with('"') && place.size() < 8;
      for (std::size_t at = 0; (at = capture.find(place, at)) != std::string::npos;
           at += text.size() + 2)
        capture.replace(at, place.size(),
                        quoted                   ? "\"" + text + "\""
                        : place.starts_with('"') ? R"("name":")" + text + "\""
                                                 : text);
      const auto result = tests::synthesised_unchecked(capture, options);
      base::SourceStore store;
      const auto content = policy::read_documents(store.add("p", result->text));
      ASSERT_EQ(content.documents.size(), result->synthesis.drafts.policies.size())
          << place << " " << text.substr(0, 20);
      for (const policy::Document& document : content.documents)
        ASSERT_FALSE(document.error()) << place;
      for (const synth::PolicyDraft& policy : result->synthesis.drafts.policies)
        EXPECT_EQ(policy.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
                  std::string::npos);
    }
}

}  // namespace
}  // namespace cnplint
