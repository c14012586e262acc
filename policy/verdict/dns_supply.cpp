// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/dns_supply.h"

#include <algorithm>

#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

constexpr std::size_t kMostWorkloads = 500;
constexpr std::size_t kMostByLabels = 200;

bool asks_for_a_namespaces_label(const Condition& condition) {
  return is_namespace_label_key(condition.key);
}

}  // namespace

DnsSupply::DnsSupply(const RuleBase& base, const SubjectIndex& subjects, const KnownPods& pods,
                     std::span<const std::string> namespaces)
    : base_(base), subjects_(subjects), pods_(pods), reach_(base, namespaces, &pods) {
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    const Subject& subject = base.subjects[i];
    unsigned own = kNoDns;
    unsigned watches = kNoDns;
    for (std::uint32_t rule = subject.first_rule; rule < subject.end_rule; ++rule) {
      own |= reach_.of_rule(rule);
      watches |= reach_.watched_by_rule(rule);
    }
    own_.push_back(own);
    watches_.push_back(watches);
    if (own == kNoDns) continue;
    if (std::ranges::any_of(subject.selector, asks_for_a_namespaces_label)) by_labels_.push_back(i);
    const auto named = namespaces_of(subject.selector);
    everywhere_ = everywhere_ || (subject.ns.empty() && !named);
    if (named) supplied_.insert(supplied_.end(), named->begin(), named->end());
    if (!subject.ns.empty()) supplied_.push_back(subject.ns);
  }
  std::ranges::sort(supplied_);
}

const std::vector<std::uint32_t>& DnsSupply::workloads_of(std::uint32_t subject) {
  const Conditions& selector = base_.subjects[subject].selector;
  const auto [found, added] = selected_.try_emplace(hash_of(selector));
  if (!added || base_.subjects[subject].node || pods_.empty()) return found->second;
  found->second = pods_.selected(selector);
  if (found->second.size() > kMostWorkloads) found->second.resize(kMostWorkloads);
  return found->second;
}

bool DnsSupply::any_by_namespace_label(const Identity& identity, const Wanted& wanted) const {
  // Of a namespace whose labels are known the identity has them.
  const bool known = std::ranges::any_of(
      identity.labels, [](const Label& each) { return is_namespace_label_key(each.key); });
  if (known) return false;
  if (by_labels_.size() > kMostByLabels) return true;
  return std::ranges::any_of(by_labels_, [&](std::uint32_t each) {
    return wanted(each) &&
           std::ranges::all_of(base_.subjects[each].selector, [&](const Condition& condition) {
             return asks_for_a_namespaces_label(condition) || condition.matches(identity);
           });
  });
}

bool DnsSupply::any_beside(const Identity& identity, bool node, const Wanted& wanted) const {
  return subjects_.any_selecting(identity, node, wanted) ||
         (!node && any_by_namespace_label(identity, wanted));
}

unsigned DnsSupply::transports_of(const Identity& identity, bool node,
                                  const std::vector<unsigned>& by_subject) const {
  unsigned all = kNoDns;
  const bool both = any_beside(identity, node, [&](std::uint32_t subject) {
    all |= by_subject[subject];
    return all == kDnsOverBoth;
  });
  return both ? kDnsOverBoth : all;
}

unsigned DnsSupply::of_workload(std::uint32_t pod) {
  const auto [found, added] = transports_.try_emplace(pod);
  if (added) found->second = transports_of(pods_.identity(pod), false, own_);
  return found->second;
}

unsigned DnsSupply::of(std::uint32_t index) {
  if (own_[index] == kDnsOverBoth) return own_[index];
  unsigned all = kDnsOverBoth;
  const auto& workloads = workloads_of(index);
  for (const std::uint32_t each : workloads) all &= of_workload(each) | own_[index];
  if (!workloads.empty()) return all;
  if (subjects_.stands_alone(index) && by_labels_.empty()) return own_[index];
  const Subject& subject = base_.subjects[index];
  for (const Identity& each : witnesses(subject, base_.environment))
    all &= transports_of(each, subject.node, own_);
  // A selector that contradicts itself has no witness.
  return all | own_[index];
}

bool DnsSupply::any(std::uint32_t index) {
  const Subject& subject = base_.subjects[index];
  const auto& workloads = workloads_of(index);
  if (!workloads.empty())
    return std::ranges::any_of(workloads,
                               [&](std::uint32_t each) { return of_workload(each) != kNoDns; });
  if (everywhere_ || own_[index] != kNoDns) return true;
  const auto named = namespaces_of(subject.selector);
  if (!named) return !supplied_.empty();
  return std::ranges::any_of(
      *named, [&](const std::string& ns) { return std::ranges::binary_search(supplied_, ns); });
}

unsigned DnsSupply::watched(std::uint32_t index) {
  unsigned all = kDnsOverBoth;
  const auto& workloads = workloads_of(index);
  for (const std::uint32_t each : workloads) {
    const auto [found, added] = watched_.try_emplace(each);
    if (added) found->second = transports_of(pods_.identity(each), false, watches_);
    all &= found->second | watches_[index];
  }
  if (!workloads.empty()) return all;
  const Subject& subject = base_.subjects[index];
  for (const Identity& each : witnesses(subject, base_.environment))
    all &= transports_of(each, subject.node, watches_);
  return all | watches_[index];
}

std::optional<std::uint32_t> DnsSupply::maybe_beside(std::uint32_t index, unsigned transports,
                                                     bool watched) {
  if (!overlap_)
    overlap_.emplace(base_, pods_, [this](std::uint32_t each) { return own_[each] != kNoDns; });
  const std::vector<unsigned>& by_subject = watched ? watches_ : own_;
  return overlap_->first(index,
                         [&](std::uint32_t each) { return (by_subject[each] & transports) != 0; });
}

std::vector<std::optional<DnsSupply::RulesToDns>> DnsSupply::rules_to_dns(std::uint32_t index) {
  constexpr std::size_t kMostEndpoints = 32;
  const Subject& subject = base_.subjects[index];
  std::vector<std::optional<RulesToDns>> result;
  const auto add = [&](const Identity& identity) {
    RulesToDns rules;
    const bool more = any_beside(identity, subject.node, [&](std::uint32_t other) {
      if (own_[other] == kNoDns) return false;
      for (std::uint32_t rule = base_.subjects[other].first_rule;
           rule < base_.subjects[other].end_rule; ++rule)
        if (reach_.of_rule(rule) != kNoDns) rules.push_back(rule);
      return false;
    });
    result.push_back(more ? std::nullopt : std::optional(std::move(rules)));
  };
  const auto& workloads = workloads_of(index);
  for (const std::uint32_t each : workloads)
    if (result.size() < kMostEndpoints) add(pods_.identity(each));
  if (workloads.empty())
    for (const Identity& each : witnesses(subject, base_.environment)) add(each);
  return result;
}

}  // namespace cnplint::policy
