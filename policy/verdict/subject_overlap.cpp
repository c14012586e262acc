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

}  // namespace

SubjectOverlap::SubjectOverlap(const RuleBase& base, const KnownPods& pods, const Wanted& wanted)
    : base_(base), pods_(pods) {
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    if (!wanted(i)) continue;
    const Subject& subject = base.subjects[i];
    by_namespace_[subject.ns].push_back(static_cast<std::uint32_t>(others_.size()));
    others_.push_back({i, selects_no_pods(subject.selector), known_part(subject.selector)});
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
                                                       const Wanted& still) const {
  constexpr std::size_t kMostTried = 200;
  const Subject& asked = base_.subjects[subject];
  const Conditions known = known_part(selector);
  const bool no_pods = selects_no_pods(selector);
  std::size_t tried = 0;
  std::optional<std::uint32_t> found;
  const auto look_at = [&](const Other& other) {
    if (other.subject == subject || base_.subjects[other.subject].node != asked.node) return;
    if (other.no_pods == no_pods && still(other.subject) && !exclude_each_other(other.known, known))
      found = other.subject;
  };
  for (const std::string_view ns : {std::string_view(asked.ns), std::string_view()}) {
    const auto there = by_namespace_.find(ns);
    if (there == by_namespace_.end()) continue;
    for (const std::uint32_t each : there->second) {
      if (found || ++tried > kMostTried) break;
      look_at(others_[each]);
    }
  }
  if (!asked.ns.empty()) return found;
  for (const Other& each : others_) {
    if (found || ++tried > 2 * kMostTried) break;
    look_at(each);
  }
  return found;
}

std::optional<std::uint32_t> SubjectOverlap::first(std::uint32_t subject,
                                                   const Wanted& still) const {
  constexpr std::size_t kMostValues = 32;
  const Subject& asked = base_.subjects[subject];
  const auto found = first_for(subject, asked.selector, still);
  if (!found) return std::nullopt;
  Conditions one = asked.selector;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const Condition& list = asked.selector[i];
    if (list.op != Condition::Op::in || list.values.size() < 2 || list.values.size() > kMostValues)
      continue;
    for (const std::string& value : list.values) {
      one[i].values = {value};
      if (!first_for(subject, one, still)) return std::nullopt;
    }
    one[i] = list;
  }
  return are_pods_known(asked) ? std::nullopt : found;
}

}  // namespace cnplint::policy
