// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "policy/model/cluster_addresses.h"
#include "policy/model/public_suffix.h"

namespace cnplint {
namespace {

policy::Prefix prefix(std::string_view text) { return *policy::parse_prefix(text); }
policy::Address address(std::string_view text) { return *policy::parse_address(text); }

policy::Inventory inventory() {
  policy::Inventory result;
  result.nodes.push_back({"a", {}, {address("192.0.2.10")}, {prefix("10.244.0.0/24")}});
  result.nodes.push_back({"b", {}, {address("192.0.2.11")}, {prefix("10.244.1.0/24")}});
  policy::ServiceManifest service;
  service.name = "cart";
  service.cluster_ips = {address("10.96.0.7"), address("fd00::7")};
  result.services.push_back(service);
  return result;
}

TEST(ClusterAddresses, FindsWhatIsInAPrefix) {
  const policy::Inventory all = inventory();
  const policy::ClusterAddresses addresses(all);
  EXPECT_EQ(addresses.within(prefix("192.0.2.0/24")).size(), 2U);
  EXPECT_EQ(addresses.within(prefix("192.0.2.11/32")).size(), 1U);
  EXPECT_EQ(addresses.within(prefix("192.0.2.12/32")).size(), 0U);
  EXPECT_EQ(addresses.within(prefix("0.0.0.0/0")).size(), 3U);
  EXPECT_EQ(addresses.within(prefix("fd00::/8")).size(), 1U);
  EXPECT_EQ(addresses.within(prefix("fd00::7/128")).front().kind,
            policy::ClusterAddress::Kind::cluster_ip);
}

TEST(ClusterAddresses, FindsTheNodeWhosePodsHaveAPrefix) {
  const policy::Inventory all = inventory();
  const policy::ClusterAddresses addresses(all);
  ASSERT_NE(addresses.node_with_pods(prefix("10.244.1.128/25")), nullptr);
  EXPECT_EQ(addresses.node_with_pods(prefix("10.244.1.128/25"))->name, "b");
  EXPECT_EQ(addresses.node_with_pods(prefix("10.244.0.0/24"))->name, "a");
  EXPECT_EQ(addresses.node_with_pods(prefix("10.244.0.0/23")), nullptr);
  EXPECT_EQ(addresses.node_with_pods(prefix("10.244.2.1/32")), nullptr);
  EXPECT_EQ(addresses.node_with_pods(prefix("10.0.0.0/32")), nullptr);
}

TEST(ClusterAddresses, FindsTheNodesWithPodsInAPrefix) {
  const policy::Inventory all = inventory();
  const policy::ClusterAddresses addresses(all);
  const auto count = [&](std::string_view text) {
    return addresses.nodes_with_pods_within(prefix(text)).size();
  };
  EXPECT_EQ(count("10.244.0.0/16"), 2U);
  EXPECT_EQ(count("10.244.1.0/24"), 1U);
  EXPECT_EQ(count("10.244.1.0/25"), 0U);
  EXPECT_EQ(count("10.245.0.0/16"), 0U);
  EXPECT_EQ(count("::/0"), 0U);
}

TEST(ClusterAddresses, KnowsLoadBalancers) {
  policy::Inventory all = inventory();
  all.services.front().load_balancer_ips = {address("203.0.113.7")};
  const policy::ClusterAddresses addresses(all);
  ASSERT_EQ(addresses.within(prefix("203.0.113.0/24")).size(), 1U);
  EXPECT_EQ(addresses.within(prefix("203.0.113.7/32")).front().kind,
            policy::ClusterAddress::Kind::load_balancer);
}

TEST(ClusterAddresses, PrivateRanges) {
  EXPECT_TRUE(policy::is_private(address("10.1.2.3")));
  EXPECT_TRUE(policy::is_private(address("100.127.0.1")));
  EXPECT_TRUE(policy::is_private(address("fd12::1")));
  EXPECT_FALSE(policy::is_private(address("172.32.0.1")));
  EXPECT_FALSE(policy::is_private(prefix("172.0.0.0/8")));
  EXPECT_TRUE(policy::is_private(prefix("172.16.0.0/12")));
}

/// Held against each address of a small prefix.
TEST(ClusterAddresses, ExceptionsLeaveNothingWhereTheyHaveEveryAddress) {
  std::mt19937 random(7);
  const policy::Prefix whole = prefix("192.0.2.8/29");
  std::size_t nothing = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<policy::Prefix> exceptions;
    const auto count = random() % 7;
    for (std::size_t i = 0; i < count; ++i) {
      policy::Prefix each = whole;
      each.address.bytes[3] = static_cast<std::uint8_t>(8 + random() % 8);
      each.length = static_cast<int>(29 + random() % 4);
      exceptions.push_back({each.first(), each.length});
    }
    bool left = false;
    for (std::uint8_t last = 8; last < 16; ++last) {
      policy::Address one = whole.address;
      one.bytes[3] = last;
      bool out = false;
      for (const policy::Prefix& each : exceptions) out = out || each.contains(one);
      left = left || !out;
    }
    EXPECT_EQ(policy::leave_nothing(whole, exceptions), !left);
    nothing += left ? 0 : 1;
  }
  EXPECT_GT(nothing, 100U);
}

TEST(PublicSuffix, KnowsWhoGivesNames) {
  using policy::SuffixKind;
  EXPECT_EQ(policy::suffix_kind("com"), SuffixKind::registry);
  EXPECT_EQ(policy::suffix_kind("co.uk"), SuffixKind::registry);
  EXPECT_EQ(policy::suffix_kind("github.io"), SuffixKind::hosting);
  EXPECT_EQ(policy::suffix_kind("internal"), SuffixKind::none);
  EXPECT_EQ(policy::suffix_kind("example.com"), SuffixKind::none);
  EXPECT_EQ(policy::suffix_kind(""), SuffixKind::none);
}

}  // namespace
}  // namespace cnplint
