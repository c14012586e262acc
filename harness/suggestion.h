// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/policy_test_file.h"
#include "policy/model/inventory.h"
#include "policy/model/policy.h"
#include "policy/verdict/request.h"

namespace cnplint::harness {

/// The smallest policy that allows a connection in one direction.
struct Suggestion {
  policy::Direction direction = policy::Direction::ingress;
  std::string policy;  ///< YAML
};

/// What can be proposed for a connection that is denied.
struct Suggestions {
  std::vector<Suggestion> policies;  ///< applied together they allow it
  std::vector<std::string> notes;    ///< what to know of them, sentences
  std::string none;                  ///< why there is none although it is denied
};

/// Proposes policies. Each selects one pod by all that tells it apart, and allows one peer, one
/// port and, where a request is asked about, one request. The engine has proved that with them the
/// connection passes and that no other verdict about the workloads of the inventory changes; where
/// it cannot, nothing is proposed.
class Suggester {
 public:
  /// All must outlive it; the policies must be ones that Cilium accepts.
  Suggester(const policy::PolicyList& policies, const policy::Environment& environment,
            const policy::Surroundings& surroundings, const policy::Inventory& inventory);

  /// Nothing at all where the connection passes.
  [[nodiscard]] Suggestions suggest(const TestEndpoint& from, const TestEndpoint& to, Port port,
                                    const std::optional<policy::Request>& request) const;

 private:
  policy::PolicyList policies_;
  const policy::Environment& environment_;
  const policy::Surroundings& surroundings_;
  std::vector<TestEndpoint> workloads_;
};

}  // namespace cnplint::harness
