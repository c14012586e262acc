// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/source.h"
#include "lint/config.h"
#include "lint/driver.h"
#include "lint/finding.h"
#include "lint/rule.h"
#include "lint/summary.h"
#include "lint/suppression.h"
#include "policy/model/inventory.h"
#include "policy/model/policy.h"
#include "schemas/schema.h"

namespace cnplint::lint {

/// A rule that is on for a file, with its setting.
struct ActiveRule {
  const Rule* rule;
  Severity severity;
  RuleSetting setting;
};

/// The rules that are on for a path, relative to the configuration's folder.
std::vector<ActiveRule> active_rules(const Config& config, std::span<const Rule* const> rules,
                                     const std::string& path);

/// The schema of every kind of policy for one release.
class SchemaSet {
 public:
  explicit SchemaSet(policy::Release release);
  [[nodiscard]] const schemas::Schema& of(policy::PolicyKind kind) const {
    return schemas_[static_cast<std::size_t>(kind)];
  }

 private:
  std::array<schemas::Schema, policy::kPolicyKinds.size()> schemas_;
};

/// What is left of a file when its documents are gone.
struct FileResult {
  std::vector<Finding> findings;
  std::vector<PolicySummary> policies;
  policy::Inventory inventory;
  Suppressions suppressions;
  Counts counts;
};

/// Reads a file and runs the rules that need one document at a time. Of `all` those that refuse
/// policies are asked even where they are not among the rules that are on.
FileResult lint_file(base::SourceFile& file, std::span<const ActiveRule> rules,
                     std::span<const Rule* const> all, const SchemaSet& schemas,
                     const policy::Environment& environment);

}  // namespace cnplint::lint
