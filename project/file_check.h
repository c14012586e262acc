// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "lint/config.h"
#include "lint/finding.h"
#include "lint/outcome.h"
#include "lint/rule.h"
#include "project/project.h"

namespace cnplint::project {

/// A rule that is on for a file, with its setting.
struct ActiveRule {
  const lint::Rule* rule;
  lint::Severity severity;
  lint::RuleSetting setting;
};

/// The rules that are on for a path, relative to the configuration's folder.
std::vector<ActiveRule> active_rules(const lint::Config& config,
                                     std::span<const lint::Rule* const> rules,
                                     const std::string& path);

/// What linting one file comes to.
struct FileFindings {
  std::vector<lint::Finding> findings;
  lint::Counts counts;  ///< but for manifests that are no policies: the cluster has counted them
};

/// Runs the rules that need one document at a time.
FileFindings check_file(const File& file, std::span<const ActiveRule> rules, const Judge& judge);
/// The same, with the rules that are on for each document.
using RulesOfDocument = std::function<std::span<const ActiveRule>(const policy::Document&)>;
FileFindings check_file(const File& file, const RulesOfDocument& rules, const Judge& judge);

}  // namespace cnplint::project
