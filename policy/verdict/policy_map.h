// SPDX-License-Identifier: Apache-2.0
//
// The policy map of one subject and direction, as far as one port is concerned: which entry wins,
// and which objects it is attributed to (A2.2 to A2.4).
//
// Levels are asked in their order, and the first one with an entry decides; an entry that passes
// leaves it to the first level of the next tier (K6.4, K7.1). What follows is about one level.
//
// Cilium merges rules with the same port filter and the same selector, inserts the result into a
// map keyed by (identity or any, protocol, port prefix), prunes what a broader key of higher
// precedence covers, and looks a connection up twice: for the peer's identity and for any. What
// survives depends on the whole map, but who wins at one port only on the entries that cover it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "policy/verdict/rule.h"
#include "policy/verdict/verdict.h"

namespace cnplint::policy {

/// The low byte of Cilium's precedence, where tier and priority are equal (A2.2, K6.5).
namespace precedence {
inline constexpr std::uint8_t kDeny = 255;
inline constexpr std::uint8_t kHttp = 154;
inline constexpr std::uint8_t kTls = 139;
inline constexpr std::uint8_t kDns = 134;
inline constexpr std::uint8_t kListener = 129;
inline constexpr std::uint8_t kAllow = 1;
inline constexpr std::uint8_t kPass = 0;
}  // namespace precedence

/// The precedence that a filter of a rule gives.
std::uint8_t precedence_of(const PolicyRule& rule, const PortFilter& filter);

/// What an entry of a precedence does alone.
constexpr Verdict effect_of(std::uint8_t precedence) {
  if (precedence == precedence::kDeny) return Verdict::deny;
  if (precedence == precedence::kPass) return Verdict::pass;
  return precedence == precedence::kAllow ? Verdict::allow : Verdict::redirect;
}

/// What the rules of one level with one port filter and one selector come to.
struct MapEntry {
  std::uint32_t filter = 0;    ///< the merged filter it belongs to
  std::uint32_t selector = 0;  ///< of RuleBase::selectors, or kAnyPeer
  Level level;
  std::uint8_t precedence = precedence::kAllow;
  bool for_each_identity = false;    ///< a named egress port: no entry for any identity
  std::vector<std::uint32_t> rules;  ///< it is attributed to
};
inline constexpr std::uint32_t kAnyPeer = ~std::uint32_t{0};

/// An entry that covers the port, by how much of protocol and port its key fixes (0 to 24 bits).
struct Candidate {
  const MapEntry* entry = nullptr;
  std::uint8_t prefix_length = 0;
  bool for_any = false;  ///< its key has no identity

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// What decides: its precedence, and the rules that it is attributed to.
struct Winner {
  std::uint8_t precedence = precedence::kAllow;
  std::vector<std::uint32_t> rules;
};
/// The winner among candidates of any levels, which is never a pass; none where there are no
/// candidates, or all that is left after a pass is nothing.
std::optional<Winner> winner(std::span<const Candidate> candidates);

}  // namespace cnplint::policy
