// SPDX-License-Identifier: Apache-2.0
//
// Which policies have any effect: Cilium leaves out a policy that it or the API server
// rejects, the whole object.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "lint/finding.h"
#include "lint/rule.h"
#include "policy/model/environment.h"
#include "policy/model/manifest.h"
#include "policy/model/policy.h"
#include "schemas/schema_set.h"
#include "schemas/validator.h"

namespace cnplint::project {

/// Of one rule in one document; more are counted in the last one's notes.
inline constexpr std::size_t kMostFindings = 1000;
/// Leaves as many findings of one rule, of those behind `before`.
void limit_findings(std::vector<lint::Finding>& findings, std::size_t before);

/// A policy, and what the validity rules say of it, whatever a configuration turns off.
struct JudgedPolicy {
  policy::Policy policy;
  std::vector<schemas::Violation> violations;  ///< of its schema
  std::vector<lint::Finding> findings;         ///< of the validity rules, by their own severity
  /// Whether a variable stands for a list or an object of it: nobody knows what it does.
  bool structure_unknown;

  /// Whether somebody rejects it.
  [[nodiscard]] bool refused() const;
  /// The findings that reject it, by position; none where it is accepted.
  [[nodiscard]] std::vector<lint::Finding> rejections() const;
};

/// What some manifests are. All are views of their documents.
struct Judgement {
  std::vector<JudgedPolicy> policies;    ///< in their order
  std::vector<policy::Manifest> others;  ///< manifests that are no policies
};

/// Judges policies for one environment; its schemas are compiled once. Threads may share it.
class Judge {
 public:
  explicit Judge(policy::Environment environment);

  [[nodiscard]] Judgement judge(std::span<const policy::Manifest> manifests) const;
  [[nodiscard]] const policy::Environment& environment() const { return environment_; }
  [[nodiscard]] const schemas::SchemaSet& schemas() const { return schemas_; }

 private:
  [[nodiscard]] JudgedPolicy judge(policy::Policy policy) const;

  policy::Environment environment_;
  schemas::SchemaSet schemas_;
  std::vector<const lint::Rule*> rules_;  ///< of family validity
};

}  // namespace cnplint::project
