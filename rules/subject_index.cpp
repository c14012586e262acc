// SPDX-License-Identifier: Apache-2.0
#include "rules/subject_index.h"

#include <algorithm>

#include "policy/model/label.h"

namespace cnplint::rules {
namespace {

using lint::LabelRequirement;
using lint::LabelSelector;
using Op = LabelRequirement::Op;

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
  if (!is_namespace(requirement.key))
    return requirement.op == Op::does_not_exist || requirement.op == Op::not_in;
  const bool listed = std::ranges::find(requirement.values, ns) != requirement.values.end();
  if (requirement.op == Op::exists) return true;
  return requirement.op == Op::in ? listed : requirement.op == Op::not_in && !listed;
}

bool in_scope(const PolicySpec& by, const PolicySpec& of) {
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

bool has(const std::vector<std::string_view>& values, std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

/// Whether a condition follows from one on the same key.
bool follows(const LabelRequirement& wanted, const LabelRequirement& given) {
  const auto listed = [&](std::string_view value) { return has(wanted.values, value); };
  switch (wanted.op) {
    case Op::in:
      return given.op == Op::in && std::ranges::all_of(given.values, listed);
    case Op::exists:
      return given.op == Op::in || given.op == Op::exists;
    case Op::not_in:
      if (given.op == Op::not_in)
        return std::ranges::all_of(
            wanted.values, [&](std::string_view value) { return has(given.values, value); });
      return given.op == Op::does_not_exist ||
             (given.op == Op::in && std::ranges::none_of(given.values, listed));
    case Op::does_not_exist:
      return given.op == Op::does_not_exist;
  }
  return false;
}

/// Whether all conditions of a selector follow from those of another.
bool follows(const LabelSelector& wanted, const LabelSelector& given,
             SubjectIndex::Silence silence) {
  return std::ranges::all_of(wanted, [&](const LabelRequirement& each) {
    if (is_scope(each)) return true;
    const bool positive = each.op == Op::in || each.op == Op::exists;
    bool said = false;
    for (const LabelRequirement& other : given) {
      if (other.key != each.key) continue;
      if (follows(each, other)) return true;
      said = true;
    }
    return !positive && !said && silence == SubjectIndex::Silence::holds;
  });
}

std::string bucket(std::string_view ns, bool host, std::string_view key,
                   std::string_view value = {}) {
  return std::string(ns) + (host ? kEnd : kUnit) + std::string(key) + kUnit + std::string(value);
}

/// A workload as if its labels were a selector.
lint::SpecSummary spec_of(const policy::Workload& workload) {
  lint::SpecSummary spec;
  for (const auto& [key, value] : workload.labels) spec.subject.push_back({key, Op::in, {value}});
  return spec;
}

}  // namespace

bool selects(const PolicySpec& subject, const policy::Workload& workload) {
  if (subject.spec->host || workload.host_network) return false;
  if (!subject.policy->ns.empty() && subject.policy->ns != workload.ns) return false;
  lint::PolicySummary policy;
  policy.ns = workload.ns;
  const lint::SpecSummary spec = spec_of(workload);
  return in_scope(subject, {&policy, &spec}) &&
         follows(subject.spec->subject, spec.subject, SubjectIndex::Silence::holds);
}

SubjectIndex::SubjectIndex(std::span<const lint::PolicySummary> policies) {
  for (const lint::PolicySummary& policy : policies) {
    if (policy.refused) continue;
    for (const lint::SpecSummary& spec : policy.specs) {
      by_key_[key_of(policy.ns, spec.host, conditions(spec.subject))].push_back({&policy, &spec});
      add_by_condition({&policy, &spec});
    }
  }
}

/// One bucket is enough to be found: what follows from a selector has all of its conditions met.
void SubjectIndex::add_by_condition(const PolicySpec& subject) {
  const auto add = [&](std::string_view key, std::string_view value) {
    by_condition_[bucket(subject.policy->ns, subject.spec->host, key, value)].push_back(subject);
  };
  const LabelRequirement* found = nullptr;
  bool plain = true;
  for (const LabelRequirement& each : subject.spec->subject) {
    if (is_scope(each)) continue;
    plain = plain && each.op == Op::in && each.values.size() == 1;
    const bool in = each.op == Op::in && !each.values.empty();
    if (in || (each.op == Op::exists && found == nullptr)) found = &each;
    if (in) break;
  }
  if (plain) return;  // by_key_ has it under every selector that it follows from
  if (found == nullptr) return add({}, {});
  if (found->op == Op::exists) return add(found->key, {});
  for (const std::string_view value : found->values) add(found->key, value);
}

void SubjectIndex::add_implied(const PolicySpec& subject, Silence silence,
                               std::vector<PolicySpec>& result) const {
  constexpr std::size_t kMostTried = 200;  // of one bucket: no repository is like that
  const auto known = [&](const PolicySpec& each) {
    return std::ranges::find(result, each.spec, &PolicySpec::spec) != result.end();
  };
  const auto try_bucket = [&](std::string_view ns, std::string_view key, std::string_view value) {
    const auto found = by_condition_.find(bucket(ns, subject.spec->host, key, value));
    if (found == by_condition_.end()) return;
    for (std::size_t i = 0; i < std::min(kMostTried, found->second.size()); ++i) {
      const PolicySpec& each = found->second[i];
      if (!known(each) && in_scope(each, subject) &&
          follows(each.spec->subject, subject.spec->subject, silence))
        result.push_back(each);
    }
  };
  std::vector<std::string_view> scopes{""};
  if (!subject.policy->ns.empty()) scopes.push_back(subject.policy->ns);
  for (const std::string_view ns : scopes) {
    try_bucket(ns, {}, {});
    for (const LabelRequirement& each : subject.spec->subject) {
      if (is_scope(each)) continue;
      try_bucket(ns, each.key, {});
      if (each.op == Op::in && !each.values.empty()) try_bucket(ns, each.key, each.values.front());
    }
  }
}

std::vector<PolicySpec> SubjectIndex::covering(const PolicySpec& subject, Silence silence) const {
  std::vector<PolicySpec> result;
  const auto add = [&](const std::string& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    for (const PolicySpec& candidate : found->second)
      if (in_scope(candidate, subject)) result.push_back(candidate);
  };
  for (const auto& subset : subsets(conditions(subject.spec->subject))) {
    add(key_of("", subject.spec->host, subset));
    if (!subject.policy->ns.empty()) add(key_of(subject.policy->ns, subject.spec->host, subset));
  }
  if (!by_condition_.empty()) add_implied(subject, silence, result);
  return result;
}

std::vector<PolicySpec> SubjectIndex::selecting(const policy::Workload& workload) const {
  lint::PolicySummary policy;
  policy.ns = workload.ns;
  const lint::SpecSummary spec = spec_of(workload);
  return covering({&policy, &spec}, Silence::holds);
}

}  // namespace cnplint::rules
