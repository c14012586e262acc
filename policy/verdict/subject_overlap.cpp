// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/subject_overlap.h"

#include <algorithm>

#include "policy/verdict/rule_cover.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// What is known of a selector: a value that is filled in later may be any.
Conditions known_part(Conditions selector) {
  std::erase_if(selector, [](const Condition& each) {
    return std::ranges::any_of(each.values,
                               [](const auto& value) { return has_placeholder(value); });
  });
  return selector;
}

/// Whether a selector asks for something that is no pod, such as `reserved:ingress`.
bool selects_no_pods(const Conditions& selector) {
  return std::ranges::any_of(selector, [](const Condition& each) {
    return each.source == "reserved" &&
           (each.op == Condition::Op::in || each.op == Condition::Op::exists);
  });
}

bool contradict(const Conditions& a, const Conditions& b) {
  return selects_no_pods(a) != selects_no_pods(b) ||
         exclude_each_other(known_part(a), known_part(b));
}

}  // namespace

SubjectOverlap::SubjectOverlap(const RuleBase& base, const KnownPods& pods)
    : base_(base), pods_(pods) {
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    by_namespace_[base.subjects[i].ns].push_back(i);
    all_.push_back(i);
  }
}

bool SubjectOverlap::are_pods_known(const Subject& subject) const {
  if (subject.node) return false;
  return pods_.of_selector(subject.selector) == Knowledge::complete ||
         !pods_.selected(subject.selector).empty();
}

/// The same for what a selector makes of a subject.
std::optional<std::uint32_t> SubjectOverlap::first_for(std::uint32_t subject,
                                                       const Conditions& selector,
                                                       const SubjectIndex::Wanted& wanted) const {
  const Subject& asked = base_.subjects[subject];
  constexpr std::size_t kMostSeen = 20000;
  constexpr std::size_t kMostTried = 500;
  std::size_t seen = 0;
  std::size_t tried = 0;
  std::optional<std::uint32_t> found;
  const auto look_among = [&](const std::vector<std::uint32_t>& subjects) {
    for (const std::uint32_t each : subjects) {
      const Subject& other = base_.subjects[each];
      if (found || ++seen > kMostSeen) return;
      if (each == subject || other.node != asked.node || !wanted(each)) continue;
      if (++tried > kMostTried) return;
      if (!contradict(other.selector, selector)) found = each;
    }
  };
  for (const std::string_view ns : {std::string_view(asked.ns), std::string_view()})
    if (const auto there = by_namespace_.find(ns); there != by_namespace_.end())
      look_among(there->second);
  if (asked.ns.empty()) look_among(all_);
  return found;
}

std::optional<std::uint32_t> SubjectOverlap::first(std::uint32_t subject,
                                                   const SubjectIndex::Wanted& wanted) const {
  constexpr std::size_t kMostValues = 32;
  const Subject& asked = base_.subjects[subject];
  const auto found = first_for(subject, asked.selector, wanted);
  if (!found) return std::nullopt;
  Conditions one = asked.selector;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const Condition& list = asked.selector[i];
    if (list.op != Condition::Op::in || list.values.size() < 2 || list.values.size() > kMostValues)
      continue;
    for (const std::string& value : list.values) {
      one[i].values = {value};
      if (!first_for(subject, one, wanted)) return std::nullopt;
    }
    one[i] = list;
  }
  return are_pods_known(asked) ? std::nullopt : found;
}

}  // namespace cnplint::policy
