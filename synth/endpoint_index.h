// SPDX-License-Identifier: Apache-2.0
//
// Finds the endpoints of traffic that a selector may select, without trying every one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/observed_traffic.h"
#include "policy/verdict/selector.h"

namespace cnplint::synth {

/// The endpoints of traffic by their labels.
class EndpointIndex {
 public:
  explicit EndpointIndex(const coverage::ObservedTraffic& traffic);

  /// Adds the endpoints that conditions may select, as subjects or as peers: maybe too many, never
  /// too few, in no order.
  void add_candidates(const policy::Conditions& conditions, std::vector<std::uint32_t>& to) const;

 private:
  using Entry = std::pair<std::uint64_t, std::uint32_t>;  ///< a hash of a label, and who has it
  [[nodiscard]] std::span<const Entry> having(std::string_view key, std::string_view value) const;

  std::vector<Entry> by_label_;         ///< sorted
  std::vector<std::uint32_t> special_;  ///< no pods, and pods with labels that no manifest gives
  std::size_t size_ = 0;
};

}  // namespace cnplint::synth
