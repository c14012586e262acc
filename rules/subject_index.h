// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lint/summary.h"

namespace cnplint::rules {

/// A spec and the policy it belongs to.
struct Subject {
  const lint::PolicySummary* policy;
  const lint::SpecSummary* spec;
};

/// Finds the specs that select every endpoint another one selects, as far as the text tells: their
/// conditions are a subset of its conditions, in its namespace or cluster-wide. Refused policies
/// are left out. Specs with more than 6 conditions are compared by their whole, by each condition
/// and by `{}` only.
class SubjectIndex {
 public:
  explicit SubjectIndex(std::span<const lint::PolicySummary> policies);

  /// All such specs, itself included.
  [[nodiscard]] std::vector<Subject> covering(const Subject& subject) const;

 private:
  std::unordered_map<std::string, std::vector<Subject>> by_key_;
};

}  // namespace cnplint::rules
