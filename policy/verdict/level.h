// SPDX-License-Identifier: Apache-2.0
//
// The order in which rules are asked (facts/cluster-network-policy.md K6 and K7). All kinds that
// are read today stand on one level, that of the normal tier; ClusterNetworkPolicy is what stands
// before and after it.
#pragma once

#include <compare>
#include <cstdint>

namespace cnplint::policy {

/// Tiers in Cilium's numbers (K6.1): an earlier one decides before a later one.
enum class Tier : std::uint8_t {
  admin = 100,
  normal = 200,  ///< CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, NetworkPolicy
  baseline = 250,
};

/// Rules of one level are asked together, levels one after the other: the first one with a match
/// decides (K6.4).
struct Level {
  Tier tier = Tier::normal;
  /// Lower is asked first (K6.2). In hundredths, since each item of an object has its own: the
  /// object's priority and its position (K6.3).
  std::uint32_t priority = 0;

  friend auto operator<=>(const Level&, const Level&) = default;
};

/// What a rule does with what it matches.
enum class Action : std::uint8_t {
  allow,
  deny,
  pass,  ///< leaves it to the next tier: the later rules of its own are skipped (K7.1)
};

}  // namespace cnplint::policy
