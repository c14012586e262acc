// SPDX-License-Identifier: Apache-2.0
//
// What permits allow, as a proof looks it up.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "synth/synthesis.h"

namespace cnplint::synth {

/// The ports that permits allow between two parties. It points into the synthesis.
class Permitted {
 public:
  explicit Permitted(const Synthesis& synthesis);

  /// The ports of every name that a peer has for the policies of a subject, ascending; `endpoint`
  /// is the one of the peer that is asked about.
  [[nodiscard]] std::vector<std::uint32_t> ports(std::uint32_t subject, policy::Direction direction,
                                                 std::uint32_t peer,
                                                 const ObservedEndpoint& endpoint,
                                                 std::uint8_t protocol) const;
  /// The same, and those of workloads whose labels select the pods of one of the two as well: what
  /// these may, the others may. None at all where there is no such workload.
  [[nodiscard]] std::vector<std::uint32_t> shared_ports(std::uint32_t subject,
                                                        policy::Direction direction,
                                                        std::uint32_t peer,
                                                        const ObservedEndpoint& endpoint,
                                                        std::uint8_t protocol) const;

 private:
  using Ends = std::tuple<std::uint32_t, policy::Direction, std::uint32_t, std::uint8_t>;
  using Names = std::tuple<std::uint32_t, std::string_view, std::uint8_t>;
  /// Sorted before it is asked.
  template <class Key>
  using Rows = std::vector<std::pair<Key, std::uint16_t>>;

  void add(const Permit& permit, std::uint8_t protocol);
  void add_unnameable(const LeftOut& left_out, const Synthesis& synthesis);

  const Parties& parties_;
  Rows<Ends> by_party_;
  Rows<Names> by_name_;
  Rows<std::uint32_t> unnameable_servers_;  ///< by party
  /// By party: itself, and those whose labels select its pods.
  std::map<std::uint32_t, std::vector<std::uint32_t>> selecting_;
  std::map<std::string, std::uint32_t, std::less<>> entities_;
};

}  // namespace cnplint::synth
