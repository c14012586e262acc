// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/verdict/egress_firewall.h"
#include "policy/verdict/reach.h"

namespace cnplint::policy {

/// What passes on which ports, each such list once and known by its number.
class Passings {
 public:
  static constexpr std::uint32_t kNothing = 0;
  static constexpr std::uint32_t kEverything = 1;

  /// Keeps the rules where they are asked for, and one port only where one is.
  Passings(bool rules, std::optional<Port> port);

  /// What passes in one direction of connections between a subject and a peer.
  std::uint32_t of(const VerdictEngine& engine, Direction direction, std::uint32_t subject,
                   std::uint32_t peer);
  /// What OpenShift's egress policies let out.
  std::uint32_t of(const EgressFirewalls& firewalls, const Endpoint& from, const Endpoint& to,
                   const Identity& to_identity);
  /// What passes an egress policy of Cilium's and one of OpenShift's.
  std::uint32_t out(std::uint32_t egress, std::uint32_t firewall) {
    return overlap(egress, firewall, true);
  }
  /// What passes out of the source and into the destination.
  std::uint32_t both(std::uint32_t egress, std::uint32_t ingress) {
    return overlap(egress, ingress, false);
  }
  [[nodiscard]] const std::vector<Passing>& at(std::uint32_t number) const { return all_[number]; }

 private:
  std::uint32_t overlap(std::uint32_t one, std::uint32_t other, bool firewall);
  /// Adds a piece of a list that comes in order; what is like the one before it becomes one.
  static void add(std::vector<Passing>& list, Passing next);
  std::uint32_t number(std::vector<Passing> list);

  bool rules_;
  std::optional<Port> port_;
  std::vector<std::vector<Passing>> all_;
  std::unordered_map<std::string, std::uint32_t> known_;
  std::unordered_map<std::uint64_t, std::uint32_t> overlaps_[2];
};

}  // namespace cnplint::policy
