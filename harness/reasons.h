// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/source.h"
#include "harness/policy_test_file.h"
#include "policy/verdict/evaluator.h"

namespace cnplint::harness {

/// Why a rule does not decide a connection although it nearly does: one thing is in the way.
struct Reason {
  std::string message;      ///< lower case, no full stop
  base::SourceRange range;  ///< of the rule, the peer or the selector; may have no file
  int distance = 0;         ///< how much is in the way, for sorting
};

/// The nearest reasons, at most three, why no rule allows a connection in a direction: ports that a
/// rule allows to this peer, peers that it allows on this port, scoping that the selector does not
/// show, policies whose subject selector just fails; on a redirect, what its L7 rules let through.
std::vector<Reason> reasons(const policy::Evaluator& evaluator, policy::Direction direction,
                            const policy::Connection& connection,
                            std::span<const TestEndpoint> endpoints);

}  // namespace cnplint::harness
