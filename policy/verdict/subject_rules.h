// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "policy/model/policy.h"
#include "policy/verdict/endpoint.h"

namespace cnplint::policy {

/// A rule that selects a subject.
struct AppliedRule {
  std::uint32_t rule = 0;
  /// The selectors of its peers: the rule's own, or narrower ones where some policy of the subject
  /// has fromRequires or toRequires.
  const std::vector<std::uint32_t>* peers = nullptr;
  bool for_any = false;    ///< some peer is everybody, or it names no peers
  bool for_peers = false;  ///< some peer is not everybody
};

/// What decides one direction of every subject that the same rules select.
struct SubjectRules {
  Direction direction = Direction::ingress;
  std::vector<std::uint32_t> indices;   ///< of the rules, in the rule base
  std::vector<AppliedRule> rules;       ///< in the order of the rule base
  std::vector<std::uint32_t> any_peer;  ///< those that name no peers: indices of `rules`
  std::vector<NamedPort> named_ports;   ///< of the subject: they resolve named ingress ports
  bool default_deny = false;            ///< what nothing matches is denied
  bool passes = false;                  ///< some rule leaves what it matches to the next tier
  bool localhost = false;               ///< the local host may connect
};

}  // namespace cnplint::policy
