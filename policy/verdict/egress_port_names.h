// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/model/environment.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// What names of ports mean in egress rules. Since Cilium 1.20 each pod says it for itself; before,
/// a name has one number in the whole cluster, and none where pods disagree, so that the port is
/// skipped (P709). Only pods have named ports.
class EgressPortNames {
 public:
  EgressPortNames(const RuleBase& base, const std::vector<Endpoint>& endpoints,
                  const Environment& environment, const Surroundings& surroundings);

  /// The ports that the names of egress rules stand for at a destination.
  [[nodiscard]] std::vector<NamedPort> of(const Endpoint& destination) const;

 private:
  std::vector<std::string> names_;  ///< that egress rules write, sorted
  bool of_cluster_ = false;         ///< one meaning for all pods
  std::vector<NamedPort> cluster_;  ///< that meaning
};

}  // namespace cnplint::policy
