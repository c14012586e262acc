// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <set>
#include <string_view>

#include "policy/verdict/rule.h"

namespace cnplint::rules {

/// Where some policy puts pods into default deny, by namespace and direction.
class DenyingNamespaces {
 public:
  explicit DenyingNamespaces(const policy::RuleBase& base) {
    for (const policy::Subject& subject : base.subjects)
      for (const policy::PolicyRule& rule : base.rules_of(subject))
        if (rule.default_deny) of(rule.direction).insert(subject.ns);
  }

  /// Whether a policy may put some of the pods of a subject into default deny: of its namespace, or
  /// a clusterwide one; any at all where the subject is clusterwide.
  [[nodiscard]] bool may_deny(const policy::Subject& subject, policy::Direction direction) const {
    const std::set<std::string_view>& denying =
        denying_[direction == policy::Direction::ingress ? 0 : 1];
    if (subject.ns.empty()) return !denying.empty();
    return denying.contains(subject.ns) || denying.contains("");
  }

 private:
  std::set<std::string_view>& of(policy::Direction direction) {
    return denying_[direction == policy::Direction::ingress ? 0 : 1];
  }

  std::array<std::set<std::string_view>, 2> denying_;  ///< empty: of a clusterwide policy
};

}  // namespace cnplint::rules
