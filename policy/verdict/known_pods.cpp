// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/known_pods.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "policy/model/label.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

bool is_of_kubernetes(const Condition& condition) {
  return condition.source == "any" || condition.source == "k8s";
}

/// Whether a condition asks for a label of the namespace other than its name.
bool asks_for_namespace_label(const Condition& condition) {
  return is_of_kubernetes(condition) && condition.key.starts_with(kNamespaceLabelsPrefix) &&
         condition.key != kNamespaceNameLabel;
}

/// Whether a condition asks for a label whose value is filled in later.
bool asks_for_placeholder(const Condition& condition, const Workload& workload) {
  if (!is_of_kubernetes(condition)) return false;
  if (condition.key == kNamespaceLabel || condition.key == kNamespaceNameLabel)
    return has_placeholder(workload.ns);
  if (condition.key == kServiceAccountLabel) return has_placeholder(workload.service_account);
  return std::ranges::any_of(workload.labels, [&](const auto& label) {
    return has_placeholder(label.first) ||
           (label.first == condition.key && has_placeholder(label.second));
  });
}

bool is_vague(const Workload& workload) {
  return has_placeholder(workload.ns) || has_placeholder(workload.service_account) ||
         std::ranges::any_of(workload.labels, [](const auto& label) {
           return has_placeholder(label.first) || has_placeholder(label.second);
         });
}

/// The one value that a condition asks for; none where it asks for more or less.
const std::string* only_value(const Condition& condition) {
  const bool one = condition.op == Op::in && condition.values.size() == 1;
  return one && is_of_kubernetes(condition) ? &condition.values.front() : nullptr;
}

}  // namespace

KnownPods::KnownPods(const Inventory& inventory, const Environment& environment)
    : inventory_(inventory), environment_(environment), index_(inventory.workloads) {
  for (const NamespaceManifest& each : inventory.namespaces)
    namespaces_.try_emplace(each.name, labels_of(each.labels));
  identities_.reserve(inventory.workloads.size());
  for (std::uint32_t i = 0; i < inventory.workloads.size(); ++i) {
    Workload pod = inventory.workloads[i];
    by_namespace_[pod.ns].push_back(i);
    by_account_[pod.service_account].push_back(i);
    is_vague_.push_back(is_vague(pod));
    if (is_vague_.back()) vague_.push_back(i);
    pod.host_network = false;
    const auto labels = namespaces_.find(pod.ns);
    identities_.push_back(Identity::of_labels(
        workload_endpoint(pod, labels == namespaces_.end() ? Labels() : labels->second, environment)
            .labels));
  }
}

Endpoint KnownPods::endpoint(std::uint32_t pod) const {
  const auto labels = namespaces_.find(workload(pod).ns);
  return workload_endpoint(workload(pod), labels == namespaces_.end() ? Labels() : labels->second,
                           environment_);
}

Knowledge KnownPods::of_namespace(std::string_view ns) const {
  if (inventory_.complete && *inventory_.complete) return Knowledge::complete;
  if (!by_namespace_.contains(ns)) return Knowledge::none;
  if (inventory_.complete) return Knowledge::partial;
  const bool more = std::ranges::any_of(inventory_.unrendered, [&](const Unrendered& each) {
    return each.ns.empty() || each.ns == ns;
  });
  return more ? Knowledge::partial : Knowledge::complete;
}

Knowledge KnownPods::of_selector(const Conditions& conditions) const {
  const auto named = namespaces_of(conditions);
  if (!named) {
    if (inventory_.complete && *inventory_.complete) return Knowledge::complete;
    return empty() ? Knowledge::none : Knowledge::partial;
  }
  Knowledge least = Knowledge::complete;
  for (const std::string& each : *named) least = std::min(least, of_namespace(each));
  return least;
}

bool KnownPods::has_namespace(std::string_view ns) const {
  return namespaces_.contains(ns) || by_namespace_.contains(ns);
}

const std::vector<std::uint32_t>& KnownPods::in_namespace(std::string_view ns) const {
  static const std::vector<std::uint32_t> kNone;
  const auto found = by_namespace_.find(ns);
  return found == by_namespace_.end() ? kNone : found->second;
}

bool KnownPods::may_select(const Conditions& conditions, std::uint32_t pod) const {
  return std::ranges::all_of(conditions, [&](const Condition& each) {
    return each.matches(identities_[pod]) ||
           (asks_for_namespace_label(each) && !namespaces_.contains(workload(pod).ns)) ||
           (is_vague_[pod] && asks_for_placeholder(each, workload(pod)));
  });
}

const std::vector<std::uint32_t>* KnownPods::candidates(const Conditions& conditions) const {
  const std::vector<std::uint32_t>* fewest = nullptr;
  const auto take = [&](const std::vector<std::uint32_t>& list) {
    if (fewest == nullptr || list.size() < fewest->size()) fewest = &list;
  };
  for (const Condition& each : conditions) {
    const std::string* value = only_value(each);
    if (value == nullptr || each.key == kServiceAccountLabel || each.key == kClusterLabel) continue;
    if (each.key == kNamespaceLabel || each.key == kNamespaceNameLabel)
      take(in_namespace(*value));
    else if (!each.key.starts_with(kNamespaceLabelsPrefix))
      take(index_.having(each.key, *value));
  }
  return fewest;
}

std::vector<std::uint32_t> KnownPods::find(const Conditions& conditions, bool host_network) const {
  std::vector<std::uint32_t> result;
  const auto look_at = [&](std::uint32_t pod) {
    if (workload(pod).host_network == host_network && may_select(conditions, pod))
      result.push_back(pod);
  };
  if (const auto* some = candidates(conditions)) {
    std::vector<std::uint32_t> both;
    std::ranges::set_union(*some, vague_, std::back_inserter(both));
    for (const std::uint32_t pod : both) look_at(pod);
  } else {
    for (std::uint32_t pod = 0; pod < identities_.size(); ++pod) look_at(pod);
  }
  return result;
}

std::optional<KnownPods::Lists> KnownPods::lists_of(const Condition& condition) const {
  if (condition.op != Op::in || !is_of_kubernetes(condition) || condition.key == kClusterLabel)
    return std::nullopt;
  const bool by_name = condition.key == kNamespaceLabel || condition.key == kNamespaceNameLabel;
  if (!by_name && condition.key.starts_with(kNamespaceLabelsPrefix)) return std::nullopt;
  Lists result;
  for (const std::string& value : condition.values) {
    const auto account = by_account_.find(value);
    if (by_name)
      result.push_back(&in_namespace(value));
    else if (condition.key != kServiceAccountLabel)
      result.push_back(&index_.having(condition.key, value));
    else if (account != by_account_.end())
      result.push_back(&account->second);
  }
  return result;
}

KnownPods::Search KnownPods::search(const Conditions& conditions, bool host_network) const {
  constexpr std::size_t kMostTried = 500;
  std::optional<Lists> fewest;
  std::size_t least = 0;
  for (const Condition& each : conditions) {
    auto lists = lists_of(each);
    if (!lists) continue;
    std::size_t size = 0;
    for (const auto* list : *lists) size += list->size();
    if (fewest && size >= least) continue;
    fewest = std::move(lists);
    least = size;
  }
  Search result;
  std::size_t tried = 0;
  // Says whether to go on.
  const auto look_at = [&](std::uint32_t pod) {
    if (tried++ == kMostTried) {
      result.complete = false;
      return false;
    }
    if (workload(pod).host_network == host_network && may_select(conditions, pod))
      result.found = pod;
    return !result.found;
  };
  if (!fewest) {
    for (std::uint32_t pod = 0; pod < identities_.size(); ++pod)
      if (!look_at(pod)) break;
    return result;
  }
  fewest->push_back(&vague_);
  for (const auto* list : *fewest)
    if (!std::ranges::all_of(*list, look_at)) break;
  return result;
}

std::optional<std::vector<std::string>> namespaces_of(const Conditions& conditions) {
  for (const Condition& each : conditions)
    if (is_of_kubernetes(each) && each.op == Op::in &&
        (each.key == kNamespaceLabel || each.key == kNamespaceNameLabel))
      return each.values;
  return std::nullopt;
}

}  // namespace cnplint::policy
