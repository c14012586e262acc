// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lint/summary.h"
#include "policy/model/inventory.h"

namespace cnplint::rules {

/// A spec and the policy it belongs to.
struct PolicySpec {
  const lint::PolicySummary* policy;
  const lint::SpecSummary* spec;
};

/// Whether a spec selects the pods of a workload.
bool selects(const PolicySpec& subject, const policy::Workload& workload);

/// Finds the specs that select every endpoint another one selects, as far as their conditions tell.
/// Refused policies are left out. Of specs with more than 6 conditions only the whole, each
/// condition and `{}` are looked for.
class SubjectIndex {
 public:
  explicit SubjectIndex(std::span<const lint::PolicySummary> policies);

  /// What to think of a condition such as NotIn on a key of which the other selector says nothing.
  enum class Silence { may_fail, holds };

  /// All such specs, itself included: each of their conditions follows from one of the subject's.
  [[nodiscard]] std::vector<PolicySpec> covering(const PolicySpec& subject,
                                                 Silence silence = Silence::may_fail) const;
  /// All specs that select the pods of a workload.
  [[nodiscard]] std::vector<PolicySpec> selecting(const policy::Workload& workload) const;

 private:
  void add_by_condition(const PolicySpec& subject);
  void add_implied(const PolicySpec& subject, Silence silence,
                   std::vector<PolicySpec>& result) const;

  std::unordered_map<std::string, std::vector<PolicySpec>> by_key_;
  /// Specs with conditions that others may imply: by a key and value that one of their In lists
  /// has, by a key that has to exist, or, with negative conditions only, by their namespace.
  std::unordered_map<std::string, std::vector<PolicySpec>> by_condition_;
};

}  // namespace cnplint::rules
