// SPDX-License-Identifier: Apache-2.0
#include "rules/subject_index.h"

#include <algorithm>

#include "policy/model/label.h"

namespace cnplint::rules {
namespace {

using lint::LabelRequirement;
using lint::LabelSelector;

/// Cannot stand in a key or value of YAML text.
constexpr char kUnit = '\x1f';
constexpr char kEnd = '\x1e';

std::string text_of(const LabelRequirement& requirement) {
  std::string text = std::string(requirement.key) + kUnit +
                     static_cast<char>('0' + static_cast<int>(requirement.op));
  for (const std::string_view value : requirement.values) text += kUnit + std::string(value);
  return text + kEnd;
}

/// Conditions on the namespace and on reserved labels say where a policy holds. For a namespaced
/// policy they are answered by its namespace: its endpoints are pods, and no reserved ones.
bool is_namespace(std::string_view key) {
  return key == policy::kNamespaceLabel || key == policy::kNamespaceNameLabel;
}
bool is_scope(const LabelRequirement& requirement) {
  return is_namespace(requirement.key) || requirement.key.starts_with("reserved:");
}

bool fits(const LabelRequirement& requirement, std::string_view ns) {
  using Op = LabelRequirement::Op;
  if (!is_namespace(requirement.key))
    return requirement.op == Op::does_not_exist || requirement.op == Op::not_in;
  const bool listed = std::ranges::find(requirement.values, ns) != requirement.values.end();
  if (requirement.op == Op::exists) return true;
  return requirement.op == Op::in ? listed : requirement.op == Op::not_in && !listed;
}

bool in_scope(const Subject& by, const Subject& of) {
  return std::ranges::all_of(by.spec->subject, [&](const LabelRequirement& requirement) {
    if (!is_scope(requirement)) return true;
    const LabelSelector& selector = of.spec->subject;
    if (std::ranges::find(selector, requirement) != selector.end()) return true;
    return !of.policy->ns.empty() && fits(requirement, of.policy->ns);
  });
}

/// The other conditions as text, in one order.
std::vector<std::string> conditions(const LabelSelector& selector) {
  std::vector<std::string> texts;
  for (const LabelRequirement& requirement : selector)
    if (!is_scope(requirement)) texts.push_back(text_of(requirement));
  std::ranges::sort(texts);
  return texts;
}

std::string key_of(std::string_view ns, bool host, const std::vector<std::string>& chosen) {
  std::string key = std::string(ns) + (host ? kEnd : kUnit);
  for (const std::string& text : chosen) key += text;
  return key;
}

/// The subsets of the conditions to look for.
std::vector<std::vector<std::string>> subsets(const std::vector<std::string>& all) {
  constexpr std::size_t kMostForAll = 6;
  std::vector<std::vector<std::string>> result;
  if (all.size() > kMostForAll) {
    result = {all, {}};
    for (const std::string& one : all) result.push_back({one});
    return result;
  }
  for (std::size_t bits = 0; bits < (std::size_t{1} << all.size()); ++bits) {
    std::vector<std::string>& subset = result.emplace_back();
    for (std::size_t i = 0; i < all.size(); ++i)
      if (((bits >> i) & 1U) != 0) subset.push_back(all[i]);
  }
  return result;
}

}  // namespace

SubjectIndex::SubjectIndex(std::span<const lint::PolicySummary> policies) {
  for (const lint::PolicySummary& policy : policies) {
    if (policy.refused) continue;
    for (const lint::SpecSummary& spec : policy.specs)
      by_key_[key_of(policy.ns, spec.host, conditions(spec.subject))].push_back({&policy, &spec});
  }
}

std::vector<Subject> SubjectIndex::covering(const Subject& subject) const {
  std::vector<Subject> result;
  const auto add = [&](const std::string& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    for (const Subject& candidate : found->second)
      if (in_scope(candidate, subject)) result.push_back(candidate);
  };
  for (const auto& subset : subsets(conditions(subject.spec->subject))) {
    add(key_of("", subject.spec->host, subset));
    if (!subject.policy->ns.empty()) add(key_of(subject.policy->ns, subject.spec->host, subset));
  }
  return result;
}

}  // namespace cnplint::rules
