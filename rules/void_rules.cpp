// SPDX-License-Identifier: Apache-2.0
#include "rules/void_rules.h"

#include <algorithm>
#include <set>
#include <span>

#include "base/text.h"
#include "lint/report.h"

namespace cnplint::rules {
namespace {

std::set<std::uint32_t> policies_of(const policy::RuleBase& base, const RuleIndices& rules) {
  std::set<std::uint32_t> policies;
  for (const std::uint32_t each : rules) policies.insert(base.rules[each].policy);
  return policies;
}

}  // namespace

std::string counted_rules(const policy::RuleBase& base, const RuleIndices& rules) {
  const std::set<std::uint32_t> policies = policies_of(base, rules);
  return base::counted(rules.size(), "rule") + " of " +
         (policies.size() == 1 ? base.policies[*policies.begin()].full_name()
                               : std::to_string(policies.size()) + " other policies");
}

void add_void_rules(lint::Finding& finding, const policy::RuleBase& base, const RuleIndices& rules,
                    std::string_view word) {
  constexpr std::size_t kMostNotes = 5;
  finding.voids = static_cast<std::uint32_t>(policies_of(base, rules).size());
  for (const std::uint32_t each : std::span(rules).first(std::min(rules.size(), kMostNotes)))
    finding.notes.push_back(
        {lint::culprit_range(base.rules[each].where),
         std::string(word) + ", of " + base.policies[base.rules[each].policy].full_name()});
  if (rules.size() > kMostNotes)
    finding.notes.push_back({{}, "and " + std::to_string(rules.size() - kMostNotes) + " more"});
}

}  // namespace cnplint::rules
