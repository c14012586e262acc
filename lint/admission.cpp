// SPDX-License-Identifier: Apache-2.0
#include "lint/admission.h"

#include <algorithm>

#include "lint/config.h"
#include "lint/report.h"
#include "policy/yaml/template.h"
#include "schemas/validator.h"

namespace cnplint::lint {

Admitter::Admitter(std::span<const Rule* const> rules, policy::Environment environment)
    : rules_(rules), environment_(std::move(environment)), schemas_(environment_.cilium) {}

/// The findings of a policy that mean that somebody rejects it.
std::vector<Finding> Admitter::rejections(const policy::Policy& policy,
                                          std::uint32_t document) const {
  const schemas::Schema& schema = schemas_.of(policy.kind);
  const std::vector<schemas::Violation> violations = schemas::validate(schema, policy.root);
  const Options none;
  std::vector<Finding> findings;
  for (const Rule* rule : rules_) {
    if (rule->family != Family::validity || rule->check_policy == nullptr) continue;
    Report report(*rule, rule->severity, policy.subject(), document, findings);
    rule->check_policy({policy, environment_, schema, violations, none}, report);
  }
  std::erase_if(findings, [](const Finding& each) { return each.rejected_by == kNobody; });
  std::ranges::stable_sort(findings, {}, [](const Finding& each) { return each.range.begin; });
  return findings;
}

Admission Admitter::admit(const policy::FileContent& content) const {
  Admission result;
  for (std::uint32_t i = 0; i < content.documents.size(); ++i) {
    const policy::Document& document = content.documents[i];
    if (policy::template_marker(document)) {
      result.templates.push_back(&document);
      continue;
    }
    if (document.error()) {
      result.broken.push_back(&document);
      continue;
    }
    for (const policy::Manifest& each : policy::manifests(document.root())) {
      const auto kind = policy::policy_kind(each);
      if (!kind) {
        result.others.push_back(each);
        continue;
      }
      policy::Policy policy = policy::read_policy(*kind, each.root);
      std::vector<Finding> why = rejections(policy, i);
      if (why.empty())
        result.policies.push_back(std::move(policy));
      else
        result.rejected.push_back({policy.subject(), std::move(why)});
    }
  }
  return result;
}

}  // namespace cnplint::lint
