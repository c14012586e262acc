// SPDX-License-Identifier: Apache-2.0
//
// The mistakes of other tools, each with a name. `synthesised()`
// holds every result to its guarantees: lint, every learned connection, nothing beside it.
#include <gtest/gtest.h>

#include <set>

#include "flows/connection_file.h"
#include "policy/model/label.h"
#include "project/measure.h"
#include "tests/golden.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using tests::egress;
using tests::flow;
using tests::ingress;
using tests::synthesised;
using tests::updated;
using Texts = std::vector<std::string>;

/// What every workload gets where the capture has no DNS.
const char* const kDns = "k8s-app=kube-dns@kube-system 53/ANY";

TEST(SynthMistakes, ReplyPortsLearnt) {
  const auto result =
      synthesised(flow({}) +
                  flow({.from = "shop/db",
                        .to = "shop/cart",
                        .port = 40000,
                        .reply = "true",
                        .source_port = 5432}) +
                  // The same packet on its way through the tunnel: nobody says what it is.
                  flow({.from = "shop/db",
                        .to = "shop/cart",
                        .port = 40000,
                        .direction = "",
                        .reply = "null",
                        .source_port = 5432}));
  EXPECT_EQ(egress(result->policy("shop/db")), Texts{kDns});
  EXPECT_EQ(ingress(result->policy("shop/cart")), Texts{});
  EXPECT_FALSE(result->has("40000"));
}

TEST(SynthMistakes, EgressSectionBlocksItself) {
  // The cart is a server and a client: what it does as a client stays possible.
  const auto result =
      synthesised(flow({.from = "web/front", .to = "shop/cart", .port = 8080}) + flow({}));
  EXPECT_EQ(egress(result->policy("shop/cart")), (Texts{"app=db@shop 5432/TCP", kDns}));
  EXPECT_EQ(ingress(result->policy("shop/cart")), Texts{"app=front@web 8080/TCP"});
}

TEST(SynthMistakes, DuplicateOrInvalidNames) {
  // Three workloads whose names are the same label, one of them another kind of the same name.
  std::string capture;
  for (const char* name : {"My_App", "my.app", "my-app"})
    capture += flow({.from = std::string("shop/") + name, .from_labels = R"(,"k8s:role=front")"});
  std::string stateful = flow({.from = "shop/my-app",
                               .to = "shop/db",
                               .port = 5433,
                               .from_labels = R"(,"k8s:role=state")"});
  stateful.replace(stateful.find("Deployment"), 10, "StatefulSet");
  const auto result = synthesised(capture + stateful);
  std::set<std::string> names;
  for (const synth::PolicyDraft& policy : result->synthesis.drafts.policies) {
    EXPECT_TRUE(policy::is_dns_label(policy.name)) << policy.name;
    EXPECT_TRUE(names.insert(policy.ns + "/" + policy.name).second) << policy.name;
  }
  EXPECT_EQ(names.size(), 5U);
}

TEST(SynthMistakes, OrderOfAMapInTheOutput) {
  std::vector<std::string> lines;
  for (int i = 0; i < 12; ++i) {
    const std::string name = "shop/w" + std::to_string(i);
    lines.push_back(flow({.from = name,
                          .port = 5000 + i % 4,
                          .from_labels = R"(,"k8s:tier=)" + std::to_string(i % 3) + "\""}));
    lines.push_back(flow({.from = name, .to = "shop/cache", .port = 6379 + i % 2}));
  }
  std::string capture;
  for (const std::string& line : lines) capture += line;
  const std::string expected = synthesised(capture)->text;
  for (int turn = 1; turn < 12; ++turn) {
    std::rotate(lines.begin(), lines.begin() + turn, lines.end());
    std::string turned;
    for (const std::string& line : lines) turned += line;
    ASSERT_EQ(synthesised(turned)->text, expected);
  }
}

TEST(SynthMistakes, VerdictIgnored) {
  const auto result =
      synthesised(flow({}) + flow({.port = 1, .verdict = "DROPPED", .drop_reason = 133}) +
                  flow({.port = 2, .verdict = "AUDIT"}) + flow({.port = 3, .verdict = "ERROR"}) +
                  flow({.port = 4, .verdict = "REDIRECTED"}));
  EXPECT_EQ(ingress(result->policy("shop/db")),
            (Texts{"app=cart@shop 4/TCP", "app=cart@shop 5432/TCP"}));
  EXPECT_EQ(ingress(result->policy("shop/db", true)), Texts{"app=cart@shop 2/TCP"});
  EXPECT_EQ(result->left_out(), Texts{"dropped: shop/cart -> shop/db 1/TCP"});
  EXPECT_TRUE(result->has("cnplint.io/status: proposed"));
  synth::SynthesisOptions drops;
  drops.learn.drops = true;
  EXPECT_EQ(
      ingress(
          synthesised(flow({}) + flow({.port = 1, .verdict = "DROPPED", .drop_reason = 133}), drops)
              ->policy("shop/db", true)),
      Texts{"app=cart@shop 1/TCP"});
}

TEST(SynthMistakes, EmptySelector) {
  // A workload without any label of its own, and one whose labels are all of Cilium's making.
  std::string bare = flow({.from = "shop/cart", .to = "shop/db"});
  for (const char* label : {R"("k8s:app=db",)"})
    bare.erase(bare.find(label), std::string(label).size());
  const auto result =
      synthesised(bare + flow({.from = "web/front", .to = "shop/cart", .port = 8080}));
  EXPECT_EQ(result->left_out(), Texts{"unnameable: shop/cart -> shop/db 5432/TCP"});
  EXPECT_EQ(result->policy("shop/db"), nullptr);
  for (const synth::PolicyDraft& policy : result->synthesis.drafts.policies) {
    EXPECT_FALSE(policy.selector.empty());
    for (const auto* rules : {&policy.ingress, &policy.egress})
      for (const synth::RuleDraft& rule : *rules)
        for (const synth::Peer& peer : rule.peers)
          EXPECT_FALSE(peer.field == synth::PeerField::endpoints && peer.labels.empty());
  }
  EXPECT_FALSE(result->has("matchLabels: {}"));
}

TEST(SynthMistakes, DroppedGroups) {
  std::string capture;
  for (const char* to : {"shop/a", "shop/b", "web/c", "web/d"})
    capture += flow({.to = to, .port = 80});
  EXPECT_EQ(synthesised(capture)->synthesis.drafts.policies.size(), 5U);
}

TEST(SynthMistakes, HttpRuleOnTheWrongPort) {
  synth::SynthesisOptions l7;
  l7.draft.l7 = true;
  const std::string request =
      R"({"type":"REQUEST","http":{"method":"GET","url":"http://db:8080/v1","protocol":"HTTP/1.1"}})";
  const auto result = synthesised(
      flow({}) + flow({.port = 8080, .verdict = "REDIRECTED"}) +
          flow({.port = 8080, .l7 = request}) +
          // The same peer without records on a port where another has some: no rule there either.
          flow({.from = "web/front", .port = 9090}) +
          flow({.from = "web/other", .port = 9090, .l7 = request}),
      l7);
  std::size_t with_http = 0;
  for (const synth::RuleDraft& rule : result->policy("shop/db")->ingress)
    for (const synth::PortTerm& port : rule.ports)
      if (!port.http.empty()) {
        ++with_http;
        EXPECT_TRUE(port.first == 8080 || (port.first == 9090 && rule.peers.size() == 1 &&
                                           rule.peers.front().labels.front().second == "other"));
      }
  EXPECT_EQ(with_http, 2U);
  EXPECT_TRUE(result->has(R"({method: GET, path: "^/v1(\\?.*)?$"})")) << result->text;
}

TEST(SynthMistakes, NoPortWidensToAll) {
  const auto result = synthesised(flow({}) + flow({.port = 8, .protocol = "ICMPv4"}) +
                                  flow({.port = 128, .protocol = "ICMPv6"}) +
                                  flow({.port = 0, .protocol = "ICMPv4", .direction = "INGRESS"}) +
                                  flow({.port = 3868, .protocol = "SCTP"}));
  EXPECT_EQ(ingress(result->policy("shop/db")),
            (Texts{"app=cart@shop 3868/SCTP", "app=cart@shop 5432/TCP",
                   "app=cart@shop ICMPv4 type 8", "app=cart@shop ICMPv6 type 128"}));
  EXPECT_EQ(result->left_out(), Texts{"no-port: shop/cart -> shop/db ICMPv4 type 0"});
  EXPECT_TRUE(result->has("- {family: IPv4, type: 8}"));
  for (const synth::PolicyDraft& policy : result->synthesis.drafts.policies)
    for (const auto* rules : {&policy.ingress, &policy.egress})
      for (const synth::RuleDraft& rule : *rules) EXPECT_FALSE(rule.ports.empty());
}

TEST(SynthMistakes, NamespaceFusedOrMissing) {
  // The same labels in two namespaces are two workloads, as subjects and as peers.
  const auto result = synthesised(flow({.from = "a/web", .to = "shop/db"}) +
                                  flow({.from = "b/web", .to = "shop/db"}) +
                                  flow({.from = "shop/web", .to = "shop/db", .port = 5433}));
  EXPECT_EQ(ingress(result->policy("shop/db")),
            (Texts{"app=web@a 5432/TCP", "app=web@b 5432/TCP", "app=web@shop 5433/TCP"}));
  EXPECT_EQ(egress(result->policy("a/web")), (Texts{"app=db@shop 5432/TCP", kDns}));
  EXPECT_TRUE(result->has("k8s:io.kubernetes.pod.namespace: a"));
}

TEST(SynthMistakes, PrefixOfAnIpv6Address) {
  const auto result = synthesised(flow({.to = "2001:db8::7", .port = 443}) +
                                  flow({.to = "203.0.113.7", .port = 443}) +
                                  flow({.from = "2001:db8::8", .to = "shop/cart", .port = 8080}));
  EXPECT_EQ(egress(result->policy("shop/cart")),
            (Texts{"2001:db8::7/128 443/TCP", "203.0.113.7/32 443/TCP", kDns}));
  EXPECT_EQ(ingress(result->policy("shop/cart")), Texts{"2001:db8::8/128 8080/TCP"});
}

TEST(SynthMistakes, WorldOfDualStack) {
  std::string v4 = flow({.to = "203.0.113.7", .port = 443});
  std::string v6 = flow({.to = "2001:db8::7", .port = 443});
  v4.replace(v4.find("reserved:world"), 14, "reserved:world-ipv4");
  v6.replace(v6.find("reserved:world"), 14, "reserved:world-ipv6");
  EXPECT_EQ(egress(synthesised(v4 + v6)->policy("shop/cart")),
            (Texts{"2001:db8::7/128 443/TCP", "203.0.113.7/32 443/TCP", kDns}));
}

const char* const kQuestion =
    R"({"type":"RESPONSE","dns":{"query":"api.example.com.","ips":["203.0.113.7"],"qtypes":["A"]}})";
const char* const kAsked =
    R"({"type":"REQUEST","dns":{"query":"api.example.com.","qtypes":["A"]}})";
std::string asking() {
  const std::string server = R"(,"k8s:k8s-app=kube-dns")";
  return flow({.to = "kube-system/dns",
               .port = 53,
               .protocol = "UDP",
               .to_labels = server,
               .l7 = kAsked}) +
         flow({.from = "kube-system/dns",
               .to = "shop/cart",
               .port = 40000,
               .protocol = "UDP",
               .reply = "true",
               .from_labels = server,
               .l7 = kQuestion,
               .source_port = 53});
}

TEST(SynthMistakes, NamesOnThePortOfDns) {
  const auto result = synthesised(asking() + flow({.to = "203.0.113.7", .port = 443}));
  EXPECT_EQ(egress(result->policy("shop/cart")),
            (Texts{"api.example.com 443/TCP", "app=dns@kube-system 53/ANY"}));
  // The questions are those that were seen, not every one.
  EXPECT_TRUE(result->has("dns:\n        - {matchName: api.example.com}")) << result->text;
  EXPECT_FALSE(result->has("matchPattern"));
}

TEST(SynthMistakes, NameLostWhenRulesMerge) {
  // Two names on the same port, and a policy that has one of them already.
  const std::string capture =
      asking() + flow({.to = "203.0.113.7", .port = 443}) +
      flow({.to = "203.0.113.8", .port = 443, .names = R"("two.example.com")"});
  EXPECT_EQ(
      egress(synthesised(capture)->policy("shop/cart")),
      (Texts{"api.example.com 443/TCP", "app=dns@kube-system 53/ANY", "two.example.com 443/TCP"}));
  const std::string before = synthesised(asking() + flow({.to = "203.0.113.7", .port = 443}))->text;
  const std::string after = updated(before, capture);
  EXPECT_NE(after.find("- {matchName: api.example.com}\n    toPorts"), std::string::npos) << after;
  EXPECT_NE(after.find("- {matchName: two.example.com}\n    toPorts"), std::string::npos) << after;
}

TEST(SynthMistakes, RuleForAllPortsNarrowed) {
  const std::string policies = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]   # every port, on purpose
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{}]
)";
  EXPECT_EQ(updated(policies, flow({}) + flow({.port = 80})), policies);
}

TEST(SynthMistakes, NamespaceAskedForIsIgnored) {
  synth::SynthesisOptions options;
  options.draft.namespaces = {"shop"};
  const auto result = synthesised(flow({.from = "web/front", .to = "shop/cart", .port = 8080}) +
                                      flow({.from = "web/front", .to = "web/api", .port = 80}),
                                  options);
  ASSERT_EQ(result->synthesis.drafts.policies.size(), 1U);
  EXPECT_EQ(result->synthesis.drafts.policies.front().workload, "shop/cart");
}

TEST(SynthMistakes, AllowAgainstAnExplicitDeny) {
  synth::SynthesisOptions drops;
  drops.learn.drops = true;
  const auto result = synthesised(
      flow({.port = 22}) +
          flow({.port = 22, .direction = "INGRESS", .verdict = "DROPPED", .drop_reason = 181}) +
          flow({}),
      drops);
  EXPECT_EQ(result->left_out(), Texts{"denied: shop/cart -> shop/db 22/TCP"});
  EXPECT_EQ(ingress(result->policy("shop/db")), Texts{"app=cart@shop 5432/TCP"});
  // The same in existing policies: reported, not allowed beside the deny.
  const std::string policies = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingressDeny:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{}]
)";
  EXPECT_EQ(updated(policies, flow({})), policies);
}

TEST(SynthMistakes, OnlyTheLastPort) {
  std::string capture;
  for (const int port : {80, 443, 8080, 10000, 9}) capture += flow({.port = port});
  for (const int type : {8, 13}) capture += flow({.port = type, .protocol = "ICMPv4"});
  EXPECT_EQ(ingress(synthesised(capture)->policy("shop/db")).size(), 7U);
}

std::string request(const std::string& path) {
  return R"({"type":"REQUEST","http":{"method":"GET","url":"http://db:8080)" + path +
         R"(","protocol":"HTTP/1.1"}})";
}

TEST(SynthMistakes, TemplatesThatAreEverything) {
  synth::SynthesisOptions options;
  options.draft.l7 = true;
  std::string capture;
  for (const char* path : {"/cart/1", "/cart/22?x=1", "/a.b/c+d", "/items/7f3d0c1e9ab4",
                           "/x/{number}", "/user/123e4567-e89b-12d3-a456-426614174000"})
    capture += flow({.port = 8080, .l7 = request(path)});
  const auto result = synthesised(capture, options);
  const std::string query = R"((\\?.*)?$")";
  for (const char* path : {R"("^/cart/[0-9]+)", R"("^/a\\.b/c\\+d)", R"("^/items/[0-9a-fA-F]{8,})",
                           R"("^/user/[0-9a-fA-F-]{36})", R"("^/x/\\{number\\})"})
    EXPECT_TRUE(result->has(path + query)) << path << "\n" << result->text;
  EXPECT_FALSE(result->has("/.+"));
}

TEST(SynthMistakes, WildcardThatDoesNotCoverWhatItReplaced) {
  synth::SynthesisOptions options;
  options.draft.generalize = 10;
  std::string capture = asking();
  int last = 10;
  for (const char* name : {"a.cdn.example.com", "b.cdn.example.com", "c.cdn.example.com",
                           "cdn.example.com", "x.a.cdn.example.com"})
    capture += flow({.to = "203.0.113." + std::to_string(last++),
                     .port = 443,
                     .names = "\"" + std::string(name) + "\""});
  const auto result = synthesised(capture, options);
  // One star is one level: neither the apex nor what is deeper.
  EXPECT_EQ(egress(result->policy("shop/cart")),
            (Texts{"*.cdn.example.com 443/TCP", "app=dns@kube-system 53/ANY",
                   "cdn.example.com 443/TCP", "x.a.cdn.example.com 443/TCP"}));
}

TEST(SynthMistakes, PortOfTheServiceInsteadOfThePod) {
  std::string line = flow({.port = 8443});
  line.insert(line.find(R"("event_type")"),
              R"("destination_service":{"name":"db","namespace":"shop"},)");
  EXPECT_EQ(ingress(synthesised(line)->policy("shop/db")), Texts{"app=cart@shop 8443/TCP"});
  // The packet still shows the Service: the pod's port is what its manifest says.
  std::string before = flow({.to = "10.96.0.10", .port = 443});
  before.replace(before.find(R"({"identity":2,"labels":["reserved:world"]})"), 42, "{}");
  before.insert(before.find(R"("event_type")"),
                R"("destination_service":{"name":"db","namespace":"shop"},)");
  const auto result = synthesised(line + before, {}, R"(apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 443, targetPort: 8443}]}
)");
  EXPECT_EQ(ingress(result->policy("shop/db")), Texts{"app=cart@shop 8443/TCP"});
}

TEST(SynthMistakes, PolicyForEachPodOfAStatefulSet) {
  std::string capture;
  for (const char* pod : {"db-0", "db-1", "db-2"})
    capture += flow({.to_labels = R"(,"k8s:statefulset.kubernetes.io/pod-name=)" +
                                  std::string(pod) + R"(","k8s:pod-template-hash=5d4b8c7f9)" +
                                  std::string(pod).back() + "\""});
  const auto result = synthesised(capture);
  EXPECT_EQ(result->synthesis.drafts.policies.size(), 2U);
  EXPECT_EQ(result->policy("shop/db")->selector, (synth::Labels{{"app", "db"}}));
}

TEST(SynthMistakes, CapturesWrittenAnewLoseSomething) {
  synth::SynthesisOptions options;
  options.draft.l7 = true;
  const std::string capture = asking() + flow({.to = "203.0.113.7", .port = 443}) +
                              flow({.port = 8080, .l7 = request("/v1")}) +
                              flow({.port = 9, .verdict = "AUDIT"}) +
                              flow({.port = 10, .verdict = "DROPPED", .drop_reason = 181}) +
                              flow({.from = "host", .port = 80});
  const flows::Reading reading = tests::read_flow_text(capture);
  const auto direct = synthesised(capture, options);
  const auto again = synthesised(write_connections(reading.table), options);
  EXPECT_EQ(again->text, direct->text);
  EXPECT_EQ(again->left_out(), direct->left_out());
}

TEST(SynthMistakes, ReportThatDoesNotReadTheFile) {
  // Coverage is of the policies as they are, not of what the capture would make.
  const std::string capture = flow({}) + flow({.port = 80});
  std::string policies = synthesised(capture)->text;
  const auto covered = [&] {
    project::Project project({});
    const auto measured =
        project::measure(project.open({}, {{"p.yaml", policies}}).clusters().front(),
                         flows::resolve(tests::read_flow_text(capture).table));
    return measured->report.flows_covered();
  };
  EXPECT_EQ(covered(), 100.0);
  for (std::size_t at = 0; (at = policies.find("\"80\"", at)) != std::string::npos;)
    policies.replace(at, 4, "\"81\"");
  EXPECT_EQ(covered(), 50.0);
}

}  // namespace
}  // namespace cnplint
