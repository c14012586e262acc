// SPDX-License-Identifier: Apache-2.0
//
// What belongs to the whole cluster: its DNS servers, and the namespaces of the system.
#include <gtest/gtest.h>

#include "synth/flow_list.h"
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

const std::string kAsks =
    flow({.to = "kube-system/coredns", .port = 53, .protocol = "UDP"}) + flow({});

std::vector<std::string> workloads_of(const tests::Synthesised& result) {
  std::vector<std::string> all;
  for (const synth::PolicyDraft& each : result.synthesis.drafts.policies)
    all.push_back(each.workload);
  return all;
}

TEST(SynthSystem, DnsServersAdmitTheCluster) {
  const auto result = synthesised(kAsks);
  EXPECT_EQ(ingress(result->policy("kube-system/coredns")), (Texts{"cluster 53/ANY"}));
  // Who asked is told, and that others may.
  EXPECT_TRUE(result->has("# shop/cart 53/UDP: 1 flow")) << result->text;
  EXPECT_TRUE(result->has("new workloads")) << result->text;
  EXPECT_EQ(synth::widenings(result->synthesis).count(synth::Widening::cluster_to_dns), 1U);
  synth::SynthesisOptions plain;
  plain.draft.kind = policy::PolicyKind::network_policy;
  EXPECT_TRUE(synthesised(kAsks, plain)->has("    - namespaceSelector: {}\n"));
}

TEST(SynthSystem, WhoIsOnAListIsNotAdmitted) {
  const tests::TemporaryFolder folder;
  synth::SynthesisOptions options;
  options.learn.forbidden =
      *synth::read_flow_list(folder.write("deny", "shop/db -> kube-system/* 53\n").string());
  EXPECT_EQ(ingress(synthesised(kAsks, options)->policy("kube-system/coredns")),
            (Texts{"app=cart@shop 53/ANY"}));
}

TEST(SynthSystem, ItsNamespacesAreLeftOutUnlessAskedFor) {
  synth::SynthesisOptions options;
  options.draft.system = {"kube-system"};
  EXPECT_EQ(workloads_of(*synthesised(kAsks, options)), (Texts{"shop/cart", "shop/db"}));
  options.draft.namespaces = {"kube-system"};
  EXPECT_EQ(workloads_of(*synthesised(kAsks, options)), (Texts{"kube-system/coredns"}));
  options.draft.namespaces.clear();
  options.draft.excluded = {"shop"};
  // Only the system is left then: a capture of the system alone is about it.
  EXPECT_EQ(workloads_of(*synthesised(kAsks, options)), (Texts{"kube-system/coredns"}));
  options.draft.excluded = {"shop", "kube-system"};
  EXPECT_EQ(workloads_of(*synthesised(kAsks, options)), Texts{});
}

constexpr const char* kDnsForAll = R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: allow-dns}
spec:
  endpointSelector: {}
  enableDefaultDeny: {egress: false, ingress: false}
  egress:
  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, app: coredns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
)";

TEST(SynthSystem, DnsThatIsThereIsNotRepeated) {
  const auto result = synthesised(kAsks, {}, kDnsForAll);
  EXPECT_EQ(egress(result->policy("shop/cart")), (Texts{"app=db@shop 5432/TCP"}));
  EXPECT_EQ(result->synthesis.drafts.granting.size(), 1U);
  // Names need the proxy, and a policy for some pods is none for all.
  const std::string outside =
      flow({.to = "198.51.100.7", .port = 443, .names = "\"api.example.org\""});
  EXPECT_EQ(egress(synthesised(kAsks + outside, {}, kDnsForAll)->policy("shop/cart")).size(), 3U);
  std::string narrow = kDnsForAll;
  narrow.replace(narrow.find("endpointSelector: {}"), 20,
                 "endpointSelector: {matchLabels: {dns: yes-please}}");
  EXPECT_EQ(egress(synthesised(kAsks, {}, narrow)->policy("shop/cart")),
            (Texts{"app=coredns@kube-system 53/ANY", "app=db@shop 5432/TCP"}));
}

}  // namespace
}  // namespace cnplint
