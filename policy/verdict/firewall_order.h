// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/policy.h"

namespace cnplint::policy {

/// A rule of an EgressFirewall or EgressNetworkPolicy for which rules before it decide: the first
/// match does (facts/openshift.md).
struct ShadowedRule {
  std::uint32_t rule = 0;         ///< its position in the spec
  std::vector<std::uint32_t> by;  ///< positions of those that match all that it matches, ascending
  /// Only for IPv4 addresses: of a name, or of nodes, whose IPv6 addresses it still decides for.
  bool ipv4_only = false;
  /// By CIDRs for every address, though it is of a name or of nodes: whoever knows no address of
  /// theirs cannot tell.
  bool by_address = false;
};

/// All such rules of a spec, in order. Rules whose values are not known yet, or are malformed,
/// neither are nor make any. Time is linear in the rules.
std::vector<ShadowedRule> shadowed_rules(const Spec& spec, const Environment& environment);

}  // namespace cnplint::policy
