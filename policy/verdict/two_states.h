// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/verdict/rule.h"
#include "policy/verdict/verdict_changes.h"

namespace cnplint::policy {

/// One of two states that are compared: the policies that a change can reach, and endpoints.
struct World {
  std::shared_ptr<const RuleBase> base;   ///< of all policies
  std::set<std::uint32_t> changed;        ///< policies that the other one has not like that
  PolicyList related;                     ///< all that select what a changed one selects
  std::vector<bool> is_changed;           ///< of these
  std::shared_ptr<const RuleBase> rules;  ///< of these
  std::vector<Endpoint> endpoints;        ///< the same in both worlds, with labels of their own
};

/// The parts of two states of a cluster between which verdicts may differ.
class TwoStates {
 public:
  /// The states must outlive it.
  TwoStates(const ClusterState& before, const ClusterState& after, ImaginedPods imagined);

  /// Whether nothing differs, so that there are no endpoints either.
  [[nodiscard]] bool are_same() const;
  [[nodiscard]] const std::array<World, 2>& worlds() const { return worlds_; }
  /// Endpoints begin with those whose policies change; the others are there as peers.
  [[nodiscard]] std::uint32_t subjects() const { return subjects_; }
  /// The names of endpoints; empty where they have none.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// Whether an endpoint is in a state: a workload may be in the other one only.
  [[nodiscard]] bool is_in(std::size_t side, std::uint32_t endpoint) const {
    return present_.at(side)[endpoint];
  }

 private:
  /// A workload in both states; of one that only one of them has, that.
  struct Pod {
    std::array<const Endpoint*, 2> ends{};
    std::string_view name;
    bool differs = false;
    std::array<bool, 2> present{true, true};
  };

  void pair_pods(const std::vector<NamedEndpoint>& before, const std::vector<NamedEndpoint>& after);
  void add_policies_about_changed_pods(World& world) const;
  void add_endpoint(const Endpoint& before, const Endpoint& after, std::string_view name = {},
                    std::array<bool, 2> present = {true, true});
  [[nodiscard]] std::vector<Identity> pods_of(std::size_t side) const;
  [[nodiscard]] std::vector<Endpoint> witnesses_of_changed() const;
  void find_subjects();
  [[nodiscard]] bool is_changed_firewall(const World& world, std::uint32_t index) const;
  void find_peers();

  ImaginedPods imagined_;
  std::vector<Pod> pods_;
  std::array<World, 2> worlds_;
  std::vector<std::string> names_;
  std::array<std::vector<bool>, 2> present_;
  std::uint32_t subjects_ = 0;
  bool other_environment_ = false;  ///< Cilium's settings differ
};

}  // namespace cnplint::policy
