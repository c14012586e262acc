// SPDX-License-Identifier: Apache-2.0
//
// Ranges, prefixes and common labels that allow nothing more are used without being asked for.
#include <gtest/gtest.h>

#include "tests/golden.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using tests::egress;
using tests::flow;
using tests::ingress;
using tests::synthesised;
using Texts = std::vector<std::string>;

std::string to_addresses(int first, int last, int port = 443) {
  std::string capture;
  for (int i = first; i <= last; ++i)
    capture += flow({.to = "198.51.100." + std::to_string(i), .port = port});
  return capture;
}

std::string to_ports(std::initializer_list<int> ports) {
  std::string capture;
  for (const int port : ports) capture += flow({.port = port});
  return capture;
}

TEST(SynthLossless, RunsOfPorts) {
  EXPECT_EQ(egress(synthesised(to_ports({7000, 7001, 7002}))->policy("shop/cart")),
            (Texts{"app=db@shop 7000/TCP-7002", tests::kUsualDns}));
  // A gap would be allowed by a range, and two ports are no run.
  EXPECT_EQ(egress(synthesised(to_ports({7000, 7001, 7003}))->policy("shop/cart")).size(), 3U);
}

TEST(SynthLossless, WholePrefixes) {
  EXPECT_EQ(egress(synthesised(to_addresses(80, 83))->policy("shop/cart")),
            (Texts{"198.51.100.80/30 443/TCP", tests::kUsualDns}));
  EXPECT_EQ(egress(synthesised(to_addresses(80, 82))->policy("shop/cart")),
            (Texts{"198.51.100.80/31 443/TCP", "198.51.100.82/32 443/TCP", tests::kUsualDns}));
}

TEST(SynthLossless, WholePrefixesOfFirewalls) {
  for (const auto kind :
       {policy::PolicyKind::egress_firewall, policy::PolicyKind::egress_network_policy}) {
    synth::SynthesisOptions options;
    options.draft.kind = kind;
    const auto result = synthesised(to_addresses(80, 83), options);
    EXPECT_TRUE(result->has("198.51.100.80/30")) << result->text;
    EXPECT_FALSE(result->has("/32")) << result->text;
  }
  // Other ports are other rules, where the kind has ports.
  synth::SynthesisOptions options;
  options.draft.kind = policy::PolicyKind::egress_firewall;
  EXPECT_FALSE(synthesised(to_addresses(80, 81) + to_addresses(82, 83, 8443), options)->has("/30"));
}

TEST(SynthLossless, LabelsThatOnlyPeersHave) {
  const auto from = [](const std::string& name, const std::string& tier) {
    return flow({.from = name, .to = "shop/db", .from_labels = ",\"k8s:tier=" + tier + "\""});
  };
  const std::string three = from("shop/a", "web") + from("shop/b", "web") + from("shop/c", "web");
  EXPECT_EQ(ingress(synthesised(three)->policy("shop/db")), (Texts{"tier=web@shop 5432/TCP"}));
  // Another workload has the label, too: it was not seen to connect.
  const std::string other =
      flow({.from = "shop/d", .to = "shop/x", .from_labels = ",\"k8s:tier=web\""});
  EXPECT_EQ(ingress(synthesised(three + other)->policy("shop/db")).size(), 3U);
  EXPECT_EQ(ingress(synthesised(three, {}, R"(apiVersion: v1
kind: Pod
metadata: {name: e, namespace: shop, labels: {tier: web, app: e}}
spec: {containers: [{name: e, image: e}]}
)")
                        ->policy("shop/db"))
                .size(),
            3U);
}

}  // namespace
}  // namespace cnplint
