// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "coverage/coverage.h"
#include "policy/model/address.h"
#include "policy/verdict/evaluator.h"

namespace cnplint::coverage {

/// Counts which policies, rules, peers and ports connections use. Fills `policies` and `rules` of
/// the report.
class RuleCounter {
 public:
  /// The evaluator, its policies, the traffic and the report must outlive it.
  RuleCounter(const policy::Evaluator& evaluator, const ObservedTraffic& traffic,
              CoverageReport& report);

  /// Counts a connection of the traffic wherever it matches, whether that rule decides or not: a
  /// rule beside which another one matches is no dead one.
  void count(std::uint32_t connection);
  /// What only the end can tell: how much peers admit, and narrower rules.
  void finish();

 private:
  using Place = std::pair<const policy::Document*, std::uint32_t>;
  static Place place_of(policy::NodeRef node) { return {&node.document(), node.index()}; }
  struct PlaceHash {
    std::size_t operator()(const Place& place) const {
      return base::mixed(std::hash<const policy::Document*>()(place.first), place.second);
    }
  };

  /// A rule's side that only counting needs.
  struct Counting {
    std::optional<std::uint32_t> base;  ///< index of the rule base; none of OpenShift's
    std::uint32_t spec = 0;             ///< index of the policy's specs
    /// Which part of the report each peer and port of the rule base is; none where nobody wrote it.
    std::vector<std::optional<std::uint32_t>> part_of_peer;
    std::vector<std::optional<std::uint32_t>> part_of_port;
    /// By part of the report: endpoints seen through a peer, ports seen through a port. Most rules
    /// of a large repository carry nothing.
    std::map<std::uint32_t, std::set<std::uint32_t>> peers;
    std::map<std::uint32_t, std::set<std::uint16_t>> ports;
  };

  /// A spec: the index of its policy, and its index in that.
  using SpecPlace = std::pair<std::uint32_t, std::uint32_t>;
  const std::set<SpecPlace>& specs_of(policy::Direction direction, std::uint32_t subject);
  void describe(std::uint32_t base, RuleCoverage& rule, Counting& counting) const;
  void count_rule(std::uint32_t index, policy::Direction direction, std::uint32_t connection,
                  std::span<const policy::Match> matches);
  void finish_rule(RuleCoverage& rule, const Counting& counting) const;
  void finish_cidr(const policy::Prefix& cidr, const std::set<std::uint32_t>& seen,
                   PartCoverage& peer) const;
  void finish_selectors(const Counting& counting, RuleCoverage& rule) const;
  static void finish_range(const std::set<std::uint16_t>& seen, PartCoverage& range);

  const policy::Evaluator& evaluator_;
  const policy::PolicyList& policies_;
  const ObservedTraffic& traffic_;
  CoverageReport& report_;
  std::vector<Counting> counting_;                                ///< by rule of the report
  std::unordered_map<Place, std::uint32_t, PlaceHash> by_place_;  ///< rules of OpenShift
  std::vector<std::optional<std::uint32_t>> by_base_;  ///< rule of the report by rule of the base
  /// The specs that select a subject in a direction.
  std::map<std::pair<policy::Direction, std::uint32_t>, std::set<SpecPlace>> specs_;
};

}  // namespace cnplint::coverage
