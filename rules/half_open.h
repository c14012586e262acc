// SPDX-License-Identifier: Apache-2.0
//
// Peers of rules whose other end may refuse every connection. They are found by the rules that
// select the other end; the engine is asked about them afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lint/rule.h"
#include "policy/verdict/known_pods.h"

namespace cnplint::rules::half_open {

constexpr Direction other(Direction direction) {
  return direction == Direction::ingress ? Direction::egress : Direction::ingress;
}

/// Pods at one end of connections.
struct End {
  std::vector<policy::Endpoint> pods;
  std::vector<policy::Identity> identities;  ///< of each of them
  std::string name;                          ///< of the first one, where it is a workload
  policy::Knowledge known = policy::Knowledge::none;
};

/// Why the other end refuses: a rule that denies, or that puts it into default deny.
struct Refusal {
  std::uint32_t rule = 0;
  bool denied = false;
};

/// A peer of a rule whose other end may refuse every connection.
struct Candidate {
  std::uint32_t rule = 0;
  std::uint32_t peer = 0;  ///< position
  Refusal refusing;
  bool sure = false;  ///< whatever other labels the pods have
  std::string only;   ///< the label of the pods, where only some of the peer are looked at
  End near;
  End far;
};

/// The candidates of all policies, by rule; only the first ones where there are many.
std::vector<Candidate> candidates(const lint::ClusterContext& context);

}  // namespace cnplint::rules::half_open
