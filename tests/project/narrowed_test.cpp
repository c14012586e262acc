// SPDX-License-Identifier: Apache-2.0
//
// Rules for every address outside, and what would do for what used them.
#include <gtest/gtest.h>

#include "tests/synth/synthesised.h"
#include "tests/synth/written_cover.h"

namespace cnplint {
namespace {

using tests::flow;
using Texts = std::vector<std::string>;

/// The rules that would do instead of the first rule of egress of some policies.
Texts narrowed(const std::string& policies, const std::string& capture) {
  const tests::WrittenCover measured(policies, capture);
  const lint::Remedies remedies = project::remedies(*measured.result);
  EXPECT_LE(remedies.narrowed.size(), 1U);
  return remedies.narrowed.empty() ? Texts{} : remedies.narrowed.begin()->second;
}

std::string cart_policy(const std::string& egress, const std::string& selector = "{app: cart}") {
  return R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: )" +
         selector + R"(}
  egress:
)" + egress;
}

const char* const kDnsRule =
    R"(  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, app: coredns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*"}]}}]
)";
const char* const kEveryAddress = "  - toCIDR: [0.0.0.0/0]\n";

/// One address with a name and one without, on a port each.
const std::string kWorldUsed =
    flow({.to = "203.0.113.5", .port = 443, .names = "\"api.example.org\""}) +
    flow({.to = "198.51.100.7", .port = 8443});
const std::string kDnsAsked = flow({.to = "kube-system/coredns", .port = 53, .protocol = "UDP"});

const Texts kByAddress{
    R"({toCIDR: [198.51.100.7/32], toPorts: [{ports: [{port: "8443", protocol: TCP}]}]})",
    R"({toCIDR: [203.0.113.5/32], toPorts: [{ports: [{port: "443", protocol: TCP}]}]})"};

TEST(Narrowed, NamesWhereTheProxySeesThem) {
  EXPECT_EQ(
      narrowed(cart_policy(std::string(kEveryAddress) + kDnsRule), kWorldUsed + kDnsAsked),
      (Texts{
          R"({toCIDR: [198.51.100.7/32], toPorts: [{ports: [{port: "8443", protocol: TCP}]}]})",
          R"({toFQDNs: [{matchName: api.example.org}], toPorts: [{ports: [{port: "443", protocol: TCP}]}]})"}));
  // Nobody was seen asking, or the answers do not pass the proxy.
  EXPECT_EQ(narrowed(cart_policy(std::string(kEveryAddress) + kDnsRule), kWorldUsed), kByAddress);
  const std::string plain =
      R"(  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
)";
  EXPECT_EQ(narrowed(cart_policy(kEveryAddress + plain), kWorldUsed + kDnsAsked), kByAddress);
}

TEST(Narrowed, WhateverIsEverything) {
  for (const char* rule :
       {"  - toEntities: [world]\n", "  - toCIDRSet: [{cidr: 0.0.0.0/0, except: [192.0.2.0/24]}]\n",
        "  - toCIDR: [10.0.0.0/8, 0.0.0.0/0]\n"})
    EXPECT_EQ(narrowed(cart_policy(rule), kWorldUsed), kByAddress) << rule;
  for (const char* rule : {"  - toCIDR: [0.0.0.0/1, 128.0.0.0/1]\n", "  - {}\n"})
    EXPECT_EQ(narrowed(cart_policy(rule), kWorldUsed), Texts{}) << rule;
}

TEST(Narrowed, AllThatItSelects) {
  // Two workloads use it: the rules are for both.
  EXPECT_EQ(narrowed(cart_policy(kEveryAddress, "{}"),
                     flow({.to = "203.0.113.5", .port = 443}) +
                         flow({.from = "shop/web", .to = "198.51.100.7", .port = 8443})),
            kByAddress);
  // What is suspicious would be cut off.
  EXPECT_EQ(narrowed(cart_policy(kEveryAddress),
                     kWorldUsed + flow({.to = "169.254.169.254", .port = 80})),
            Texts{});
  // What never passed needs nothing.
  EXPECT_EQ(
      narrowed(
          cart_policy(kEveryAddress),
          kWorldUsed +
              flow({.to = "198.51.100.8", .port = 25, .verdict = "DROPPED", .drop_reason = 133})),
      kByAddress);
}

TEST(Narrowed, Firewalls) {
  const std::string firewall = R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - type: Allow
    to: {cidrSelector: 0.0.0.0/0}
)";
  EXPECT_EQ(
      narrowed(firewall, kWorldUsed),
      (Texts{
          R"({type: Allow, to: {cidrSelector: 198.51.100.7/32}, ports: [{port: 8443, protocol: TCP}]})",
          R"({type: Allow, to: {dnsName: api.example.org}, ports: [{port: 443, protocol: TCP}]})"}));
}

}  // namespace
}  // namespace cnplint
