// SPDX-License-Identifier: Apache-2.0
//
// Which endpoints no rule can tell apart, so that one decision holds for all of them: what lets
// whole clusters be compared and drawn without asking about every pair.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <unordered_map>
#include <vector>

#include "policy/verdict/verdict.h"
#include "policy/verdict/verdict_changes.h"

namespace cnplint::policy {

/// The protocols that policies tell apart, and two that stand for all others.
inline constexpr std::array<std::uint8_t, 9> kAskedProtocols{ip_protocol::kTcp,
                                                             ip_protocol::kUdp,
                                                             ip_protocol::kSctp,
                                                             ip_protocol::kIcmp,
                                                             ip_protocol::kIcmpV6,
                                                             ip_protocol::kVrrp,
                                                             ip_protocol::kIgmp,
                                                             47,
                                                             99};

/// Uses the ports of a protocol from each step, which are in order, to the one behind it.
template <class Steps, class Use>
void each_span(const Steps& steps, std::uint8_t protocol, Use use) {
  for (auto step = steps.begin(); step != steps.end(); ++step) {
    const auto next = std::next(step);
    const auto last = static_cast<std::uint16_t>(next == steps.end() ? UINT16_MAX : *next - 1);
    use(PortSpan{protocol, *step, last});
  }
}

/// Some peers of a subject that decisions about it are the same for.
struct PeerClass {
  std::vector<std::uint32_t> members;  ///< of those that no rule selects only the first
  bool selected = false;               ///< by some rule of the subject
};

/// Classes of endpoints, in one engine or in several that know the same endpoints.
class ComparedPeers {
 public:
  /// Which selectors of a subject's rules select each peer, as a number. Peers that none selects
  /// are left out.
  using Signatures = std::map<std::uint32_t, std::uint64_t>;

  /// The engines must outlive it.
  explicit ComparedPeers(std::vector<const VerdictEngine*> engines);

  /// Among the first endpoints those of this cluster, sorted by what decides about them in a
  /// direction: the same rules and the same named ports.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> alike_subjects(Direction direction,
                                                                       std::uint32_t count) const;

  /// What rules look up of an endpoint beside its labels, as a number.
  [[nodiscard]] std::uint32_t trait(std::uint32_t endpoint) const { return traits_[endpoint]; }

  /// How many such numbers there are.
  [[nodiscard]] std::size_t traits() const { return by_traits_.size(); }

  [[nodiscard]] Signatures signatures(Direction direction, std::uint32_t subject);
  [[nodiscard]] std::vector<PeerClass> of(const Signatures& signatures) const;
  /// A class that no rule selects, with all of its members.
  [[nodiscard]] PeerClass whole(const PeerClass& unselected, const Signatures& signatures) const;

 private:
  const std::vector<std::uint32_t>& selected_by(std::size_t engine, std::uint32_t selector);

  std::vector<const VerdictEngine*> engines_;
  std::vector<std::uint32_t> traits_;                  ///< of endpoints: what rules look up of them
  std::vector<std::vector<std::uint32_t>> by_traits_;  ///< endpoints by their traits
  std::vector<std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>> selected_;
};

}  // namespace cnplint::policy
