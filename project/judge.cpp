// SPDX-License-Identifier: Apache-2.0
#include "project/judge.h"

#include <algorithm>

#include "lint/config.h"
#include "lint/report.h"
#include "policy/yaml/template.h"
#include "rules/catalogue.h"

namespace cnplint::project {
namespace {

bool rejects(const lint::Finding& finding) { return finding.rejected_by != lint::kNobody; }

/// Whether the culprit is a variable, which may be anything.
bool is_of_variable(const lint::Finding& finding) {
  return finding.node.is_scalar() && policy::has_placeholder(finding.node.text());
}

}  // namespace

void limit_findings(std::vector<lint::Finding>& findings, std::size_t before) {
  const std::size_t added = findings.size() - before;
  if (added <= kMostFindings) return;
  findings.resize(before + kMostFindings);
  findings.back().notes.push_back(
      {{}, std::to_string(added - kMostFindings) + " more of this rule are not listed"});
}

bool JudgedPolicy::refused() const { return std::ranges::any_of(findings, rejects); }

std::vector<lint::Finding> JudgedPolicy::rejections() const {
  std::vector<lint::Finding> all;
  std::ranges::copy_if(findings, std::back_inserter(all), rejects);
  std::ranges::stable_sort(all, {}, [](const lint::Finding& each) { return each.range.begin; });
  return all;
}

Judge::Judge(policy::Environment environment)
    : environment_(std::move(environment)), schemas_(environment_.cilium) {
  for (const lint::Rule* rule : rules::catalogue())
    if (rule->family == lint::Family::validity && rule->check_policy != nullptr)
      rules_.push_back(rule);
}

JudgedPolicy Judge::judge(policy::Policy policy) const {
  const schemas::Schema& schema = schemas_.of(policy.kind);
  JudgedPolicy result{std::move(policy), {}, {}, false};
  result.violations = schemas::validate(schema, result.policy.root);
  // Where name and namespace are written beside the object, whoever makes it adds its `metadata`.
  if (result.policy.heading != result.policy.root)
    std::erase_if(result.violations, [&](const schemas::Violation& each) {
      return each.node == result.policy.root && each.field == "metadata";
    });
  result.structure_unknown = schemas::has_unknown_structure(schema, result.policy.root);
  const std::string subject = result.policy.subject();
  const std::vector<policy::SelectorUse> selectors = policy::selector_uses(result.policy);
  const lint::Options none;
  for (const lint::Rule* rule : rules_) {
    const std::size_t before = result.findings.size();
    lint::Report report(*rule, rule->severity, subject, result.findings);
    rule->check_policy({result.policy, environment_, schema, result.violations, selectors, none},
                       report);
    limit_findings(result.findings, before);
  }
  std::erase_if(result.findings, is_of_variable);
  return result;
}

Judgement Judge::judge(std::span<const policy::Manifest> manifests) const {
  Judgement result;
  for (const policy::Manifest& each : manifests) {
    if (const auto kind = policy::policy_kind(each))
      result.policies.push_back(judge(policy::read_policy(*kind, each)));
    else
      result.others.push_back(each);
  }
  return result;
}

}  // namespace cnplint::project
