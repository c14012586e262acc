// SPDX-License-Identifier: Apache-2.0
//
// Releases of a workload that run beside each other are one workload.
#include <gtest/gtest.h>

#include "synth/flow_list.h"
#include "synth/releases.h"
#include "synth/widen.h"
#include "tests/golden.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using tests::egress;
using tests::flow;
using tests::ingress;
using tests::synthesised;
using Texts = std::vector<std::string>;

TEST(SynthReleases, Names) {
  struct Row {
    const char* workload;
    const char* version;
    const char* name;
  };
  for (const Row& each :
       {Row{"api", "v1", "api"}, Row{"api-v1", "v1", "api"}, Row{"api-v12", "x", "api"},
        Row{"api-1.4.0", "1.4.0", "api"}, Row{"api-canary", "v2", "api"},
        Row{"api-v2-canary", "v2", "api"}, Row{"api-spring", "spring", "api"},
        Row{"api-worker", "v1", "api-worker"}, Row{"canary", "v2", "canary"}, Row{"v2", "v2", "v2"},
        Row{"-v2", "v2", "-v2"}, Row{"a-b-v2", "v2", "a-b"}}) {
    synth::Release release;
    release.workload = each.workload;
    release.releases = {{"version", each.version}};
    EXPECT_EQ(synth::without_release(release), each.name) << each.workload;
  }
}

/// A flow of a release of shop/api: a Deployment of its own, labels app=api and version.
std::string of_release(const std::string& version, tests::Line line = {}) {
  line.from = "shop/api-" + version;
  return tests::with_releases(flow(line), "api");
}

TEST(SynthReleases, AreOneWorkload) {
  const auto result = synthesised(of_release("v1") + of_release("v2"));
  ASSERT_NE(result->policy("shop/api"), nullptr) << result->text;
  EXPECT_EQ(result->policy("shop/api")->selector, (synth::Labels{{"app", "api"}}));
  EXPECT_EQ(ingress(result->policy("shop/db")), Texts{"app=api@shop 5432/TCP"});
  EXPECT_FALSE(result->has("version"));
  EXPECT_TRUE(synth::widenings(result->synthesis).empty());
  EXPECT_EQ(result->synthesis.releases.sentences, Texts{});
}

TEST(SynthReleases, TracksAreReleases) {
  const auto of_track = [](const std::string& pod, const std::string& track) {
    std::string text =
        flow({.from = "shop/" + pod, .from_labels = R"(,"k8s:track=)" + track + '"'});
    text.replace(text.find("app=" + pod), 4 + pod.size(), "app=pay");
    return text;
  };
  const auto result = synthesised(of_track("pay", "stable") + of_track("pay-canary", "canary"));
  ASSERT_NE(result->policy("shop/pay"), nullptr) << result->text;
  EXPECT_EQ(result->policy("shop/pay")->selector, (synth::Labels{{"app", "pay"}}));
  EXPECT_EQ(ingress(result->policy("shop/db")), Texts{"app=pay@shop 5432/TCP"});
  // Other words are no releases.
  const auto tracks = synthesised(of_track("pay", "audio") + of_track("pay-canary", "video"));
  EXPECT_EQ(tracks->policy("shop/pay")->selector, (synth::Labels{{"track", "audio"}}));
}

TEST(SynthReleases, WhatOneMayAllMay) {
  const auto result = synthesised(of_release("v1") + of_release("v2") +
                                  of_release("v2", {.to = "shop/cache", .port = 6379}) +
                                  of_release("v2", {.to = "shop/mail", .port = 25}));
  EXPECT_EQ(egress(result->policy("shop/api")),
            (Texts{"app=cache@shop 6379/TCP", "app=db@shop 5432/TCP", "app=mail@shop 25/TCP",
                   tests::kUsualDns}));
  EXPECT_EQ(result->synthesis.releases.sentences,
            Texts{"shop/api: to shop/cache 6379/TCP (api-v2), to shop/mail 25/TCP (api-v2)"});
  EXPECT_EQ(synth::widenings(result->synthesis),
            (std::map<synth::Widening, std::uint64_t>{{synth::Widening::other_releases, 2}}));
}

TEST(SynthReleases, OneOfTheManifests) {
  // The next release is deployed and was not seen: it is no stranger that the labels must not have.
  const auto result = synthesised(of_release("v1"), {}, R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: api-v2, namespace: shop}
spec:
  selector: {matchLabels: {app: api, version: v2}}
  template:
    metadata: {labels: {app: api, version: v2}}
    spec: {containers: [{name: c, image: c}]}
)");
  ASSERT_NE(result->policy("shop/api"), nullptr) << result->text;
  EXPECT_EQ(result->policy("shop/api")->selector, (synth::Labels{{"app", "api"}}));
}

TEST(SynthReleases, OthersStayApart) {
  // Other labels, another account, other names, no label for the release, another kind.
  const auto other = [](const std::string& with) {
    const auto result = synthesised(of_release("v1") + with);
    return result->policy("shop/api") == nullptr;
  };
  EXPECT_FALSE(other(of_release("v2")));
  EXPECT_TRUE(other(of_release("v2", {.from_labels = R"(,"k8s:tier=back")"})));
  EXPECT_TRUE(other(
      of_release("v2", {.from_labels = R"(,"k8s:io.cilium.k8s.policy.serviceaccount=other")"})));
  std::string stranger = of_release("v2");
  stranger.replace(stranger.find(R"("name":"api-v2")"), 15, R"("name":"web-v2")");
  EXPECT_TRUE(other(stranger));
  std::string kind = of_release("v2");
  kind.replace(kind.find("Deployment"), 10, "StatefulSet");
  EXPECT_TRUE(other(kind));
  std::string same = of_release("v2");
  same.replace(same.find("version=v2"), 10, "version=v1");
  EXPECT_TRUE(other(same));
}

TEST(SynthReleases, PoliciesThatAreThereKeepThemApart) {
  const auto policy = [](const std::string& name, const std::string& selector) {
    return R"(---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: )" +
           name + R"(, namespace: shop}
spec:
  endpointSelector: {)" +
           selector + R"(}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
  - toEndpoints: [{matchLabels: {k8s-app: kube-dns, k8s:io.kubernetes.pod.namespace: kube-system}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
)";
  };
  const std::string db = R"(---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: api}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)";
  const std::string capture =
      of_release("v1") + of_release("v2") + of_release("v2", {.to = "web/cache", .port = 6379});
  const std::string mine = policy("one", "matchLabels: {app: api, version: v1}");
  const std::string other =
      policy("two", "matchExpressions: [{key: k8s:version, operator: In, values: [v2]}]");
  const std::string updated = tests::updated(mine + other + db, capture);
  // The rule that only v2 needs is in its policy.
  const std::size_t at = updated.find("6379");
  EXPECT_GT(at, updated.find("name: two")) << updated;
  EXPECT_LT(at, updated.find("name: db")) << updated;
}

TEST(SynthReleases, WhatWasRefusedToOneKeepsThemApart) {
  const auto result = synthesised(of_release("v1") + of_release("v2", {.port = 80}) +
                                  of_release("v2", {.verdict = "DROPPED", .drop_reason = 181}));
  EXPECT_EQ(result->policy("shop/api"), nullptr);
  EXPECT_NE(result->policy("shop/api-v1"), nullptr);
  // A list names one of them, and nobody saw it try.
  const tests::TemporaryFolder folder;
  synth::SynthesisOptions options;
  options.learn.forbidden =
      *synth::read_flow_list(folder.write("deny", "shop/api-v2 -> shop/db\n").string());
  const auto listed =
      synthesised(of_release("v1") + of_release("v2", {.to = "shop/x", .port = 80}), options);
  EXPECT_EQ(listed->policy("shop/api"), nullptr);
  EXPECT_EQ(egress(listed->policy("shop/api-v2")), (Texts{"app=x@shop 80/TCP", tests::kUsualDns}));
}

}  // namespace
}  // namespace cnplint
