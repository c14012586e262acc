// SPDX-License-Identifier: Apache-2.0
//
// What to know of a verdict beside the rules that decide it. Every command that gives one says the
// same, in these words.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/policy_test_file.h"
#include "policy/model/inventory.h"
#include "policy/verdict/evaluator.h"

namespace cnplint::harness {

/// Sentences without full stop.
struct VerdictNotes {
  std::vector<std::string> question;  ///< what is wrong with the question: to be said first
  std::vector<std::string> answer;    ///< what the answer rests on

  /// Both, those about the question first.
  [[nodiscard]] std::vector<std::string> all() const;
};

/// Notes on a connection between two of the endpoints: a port that is the Service's and not the
/// pod's, a pod in the node's network, names that no DNS rule shows to Cilium, a toServices that is
/// unresolved, a port name that pods give several numbers.
VerdictNotes verdict_notes(const policy::Evaluator& evaluator, const policy::Connection& connection,
                           std::span<const TestEndpoint> endpoints,
                           const policy::Inventory& inventory);

/// The port that a pod listens on where `asked` is one of a Service in front of it, which is then
/// `through`; else `asked` itself. Policies are about the pod's port (A5.4).
Port pod_port(const TestEndpoint& endpoint, Port asked, const policy::Inventory& inventory,
              const policy::ServiceManifest** through = nullptr);

/// The policies of other kinds among the input, which no verdict takes into account; empty where
/// there are none.
std::string unjudged_policies(const policy::Inventory& inventory);

}  // namespace cnplint::harness
