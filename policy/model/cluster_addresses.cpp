// SPDX-License-Identifier: Apache-2.0
#include "policy/model/cluster_addresses.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace cnplint::policy {
namespace {

/// The order of addresses: IPv4 first.
auto address_order(const Address& address) { return std::tie(address.v6, address.bytes); }

std::span<const Prefix> private_ranges() {
  static const std::array<Prefix, 5> kRanges{
      *parse_prefix("10.0.0.0/8"), *parse_prefix("172.16.0.0/12"), *parse_prefix("192.168.0.0/16"),
      *parse_prefix("100.64.0.0/10"), *parse_prefix("fc00::/7")};
  return kRanges;
}

/// The half of a prefix with the next bit set, or not.
Prefix half_of(const Prefix& prefix, bool upper) {
  constexpr int kByte = 8;
  Prefix half{prefix.first(), prefix.length + 1};
  const auto at = static_cast<std::size_t>(prefix.length / kByte);
  if (upper)
    half.address.bytes[at] =
        static_cast<std::uint8_t>(half.address.bytes[at] | (0x80U >> (prefix.length % kByte)));
  return half;
}

}  // namespace

ClusterAddresses::ClusterAddresses(const Inventory& inventory) : inventory_(inventory) {
  using Kind = ClusterAddress::Kind;
  for (std::uint32_t i = 0; i < inventory.nodes.size(); ++i) {
    for (const Address& each : inventory.nodes[i].addresses) all_.push_back({each, Kind::node, i});
    for (const Prefix& each : inventory.nodes[i].pod_cidrs)
      if (each.length > 0) pod_cidrs_.push_back({each, i});
  }
  for (std::uint32_t i = 0; i < inventory.workloads.size(); ++i)
    if (!inventory.workloads[i].host_network)  // else its address is that of its node
      for (const Address& each : inventory.workloads[i].addresses)
        all_.push_back({each, Kind::pod, i});
  for (std::uint32_t i = 0; i < inventory.services.size(); ++i)
    for (const Address& each : inventory.services[i].cluster_ips)
      all_.push_back({each, Kind::cluster_ip, i});
  for (std::uint32_t i = 0; i < inventory.services.size(); ++i)
    for (const Address& each : inventory.services[i].load_balancer_ips)
      all_.push_back({each, Kind::load_balancer, i});
  std::ranges::stable_sort(all_, {}, [](const auto& each) { return address_order(each.address); });
  std::ranges::stable_sort(pod_cidrs_, {}, [](const PodCidr& each) {
    const Address& address = each.prefix.address;
    return std::tuple(address.v6, address.bytes, each.prefix.length);
  });
}

std::span<const ClusterAddress> ClusterAddresses::within(const Prefix& prefix) const {
  const Address first = prefix.first();
  const Address last = prefix.last();
  const auto key = [](const ClusterAddress& each) { return address_order(each.address); };
  const auto begin = std::ranges::lower_bound(all_, address_order(first), {}, key);
  const auto end = std::ranges::upper_bound(all_, address_order(last), {}, key);
  return {begin, end};
}

const NodeManifest* ClusterAddresses::node_with_pods(const Prefix& prefix) const {
  const Address first = prefix.first();
  const auto after = std::ranges::upper_bound(
      pod_cidrs_, address_order(first), {},
      [](const PodCidr& each) { return address_order(each.prefix.address); });
  if (after == pod_cidrs_.begin()) return nullptr;
  const PodCidr& before = *std::prev(after);
  return before.prefix.contains(prefix) ? &inventory_.nodes[before.node] : nullptr;
}

std::vector<const NodeManifest*> ClusterAddresses::nodes_with_pods_within(
    const Prefix& prefix) const {
  const auto key = [](const PodCidr& each) { return address_order(each.prefix.address); };
  const Address first = prefix.first();
  const Address last = prefix.last();
  const auto begin = std::ranges::lower_bound(pod_cidrs_, address_order(first), {}, key);
  const auto end = std::ranges::upper_bound(pod_cidrs_, address_order(last), {}, key);
  std::vector<const NodeManifest*> result;
  for (auto each = begin; each != end; ++each)
    if (prefix.contains(each->prefix)) result.push_back(&inventory_.nodes[each->node]);
  return result;
}

bool is_private(const Address& address) {
  return std::ranges::any_of(private_ranges(),
                             [&](const Prefix& range) { return range.contains(address); });
}

bool is_private(const Prefix& prefix) {
  return std::ranges::any_of(private_ranges(),
                             [&](const Prefix& range) { return range.contains(prefix); });
}

bool leave_nothing(const Prefix& prefix, std::span<const Prefix> exceptions) {
  std::vector<Prefix> inside;
  for (const Prefix& each : exceptions) {
    if (each.contains(prefix)) return true;
    if (prefix.contains(each)) inside.push_back(each);
  }
  // It takes two to leave nothing where none does alone.
  if (inside.size() < 2) return false;
  return leave_nothing(half_of(prefix, false), inside) &&
         leave_nothing(half_of(prefix, true), inside);
}

}  // namespace cnplint::policy
