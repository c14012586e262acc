// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "lint/config.h"
#include "lint/finding.h"
#include "lint/rule.h"
#include "project/file.h"
#include "project/judge.h"

namespace cnplint::project {

/// A rule that is on for a file, with its setting.
struct ActiveRule {
  const lint::Rule* rule;
  lint::Severity severity;
  lint::RuleSetting setting;
};

/// Gives a finding the severity that the configuration says: of its rule, where it has that of the
/// rule, and a note where only strict reviewers want it.
void settle(lint::Finding& finding, const lint::RuleSetting& setting);

/// The rules that are on for a path, relative to the configuration's folder.
std::vector<ActiveRule> active_rules(const lint::Config& config,
                                     std::span<const lint::Rule* const> rules,
                                     const std::string& path);

/// The rules that are on for what is written in a document.
using RulesOf = std::function<std::span<const ActiveRule>(const policy::Document& document)>;

/// What the rules say of the documents of a file, whatever they are.
std::vector<lint::Finding> check_documents(const File& file, const RulesOf& rules);
/// What the rules say of policies, one at a time.
std::vector<lint::Finding> check_policies(const Judgement& judgement, const Judge& judge,
                                          const RulesOf& rules);

}  // namespace cnplint::project
