// SPDX-License-Identifier: Apache-2.0
#include "synth/proof_parts.h"

#include <algorithm>
#include <numeric>

namespace cnplint::synth {
namespace {

class Partition {
 public:
  Partition(const Synthesis& synthesis, const EndpointIndex& index, std::size_t together)
      : policies_(synthesis.drafts.policies),
        traffic_(*synthesis.traffic),
        index_(index),
        whole_(
            policies_.size() <= together ||
            std::ranges::any_of(policies_, [](const auto& each) { return each.selector.empty(); })),
        first_(policies_.size()),
        selecting_(traffic_.endpoints.size(), kNone) {
    std::iota(first_.begin(), first_.end(), 0U);
    if (!whole_) group();
    number_parts(together);
  }

  std::vector<ProofPart> run() {
    for (std::uint32_t i = 0; i < policies_.size(); ++i) parts_[part_of_[i]].policies.push_back(i);
    std::vector<ProofPart*> part_of_endpoint(traffic_.endpoints.size(), nullptr);
    for (std::uint32_t i = 0; i < traffic_.endpoints.size(); ++i) {
      const bool selected = selecting_[i] != kNone;
      // What is no local endpoint has no policy: nothing is to be proved of it.
      if (!selected && !whole_ && !policy::is_local(traffic_.endpoints[i].facts.kind)) continue;
      part_of_endpoint[i] = &parts_[selected ? part_of_[selecting_[i]] : 0];
      part_of_endpoint[i]->endpoints.push_back(i);
    }
    for (std::uint32_t i = 0; i < traffic_.connections.size(); ++i) {
      const policy::Connection& asked = traffic_.connections[i].connection;
      ProofPart* const from = part_of_endpoint[asked.from];
      ProofPart* const to = part_of_endpoint[asked.to];
      if (from != nullptr) from->connections.push_back(i);
      if (to != nullptr && to != from) to->connections.push_back(i);
    }
    return std::move(parts_);
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  /// Policies that select the same endpoint are of one group.
  void group() {
    for (std::uint32_t i = 0; i < policies_.size(); ++i)
      for (const std::uint32_t endpoint : selected_by(policies_[i])) {
        std::uint32_t& other = selecting_[endpoint];
        const std::uint32_t own = first_of(i);
        const std::uint32_t group = other == kNone ? own : first_of(other);
        first_[std::max(own, group)] = std::min(own, group);
        other = i;
      }
  }

  /// The endpoints that a policy selects.
  [[nodiscard]] std::vector<std::uint32_t> selected_by(const PolicyDraft& policy) const {
    std::vector<std::uint32_t> all;
    policy::Conditions selector;
    for (const auto& [key, value] : policy.selector)
      selector.push_back(policy::condition(key, policy::Condition::Op::in, {value}));
    index_.add_candidates(selector, all);
    std::erase_if(all, [&](std::uint32_t i) {
      const ObservedEndpoint& endpoint = traffic_.endpoints[i];
      return endpoint.ns != policy.ns ||
             !policy::matches(selector, policy::Identity::of_labels(endpoint.facts.labels));
    });
    return all;
  }

  /// The first policy of the group that one is of.
  std::uint32_t first_of(std::uint32_t policy) {
    while (first_[policy] != policy) policy = first_[policy] = first_[first_[policy]];
    return policy;
  }

  /// Groups follow each other in a part until there are enough policies.
  void number_parts(std::size_t together) {
    std::uint32_t part = 0;
    std::size_t filled = 0;
    for (std::uint32_t i = 0; i < policies_.size(); ++i) {
      const std::uint32_t first = whole_ ? 0 : first_of(i);
      if (!whole_ && first == i && filled >= together) {
        ++part;
        filled = 0;
      }
      part_of_.push_back(first == i ? part : part_of_[first]);
      if (part_of_.back() == part) ++filled;
    }
    parts_.resize(part + 1);
  }

  const std::vector<PolicyDraft>& policies_;
  const ObservedTraffic& traffic_;
  const EndpointIndex& index_;
  bool whole_;                            ///< there is one part only
  std::vector<std::uint32_t> first_;      ///< by policy: one of its group that stands before it
  std::vector<std::uint32_t> selecting_;  ///< by endpoint: a policy that selects it, or kNone
  std::vector<std::uint32_t> part_of_;    ///< by policy
  std::vector<ProofPart> parts_;
};

}  // namespace

std::vector<ProofPart> proof_parts(const Synthesis& synthesis, const EndpointIndex& endpoints,
                                   std::size_t together) {
  return Partition(synthesis, endpoints, together).run();
}

}  // namespace cnplint::synth
