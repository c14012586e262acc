// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/known_pods.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "policy/model/label.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

/// Whether a condition asks for a label of the namespace other than its name.
bool asks_for_namespace_label(const Condition& condition) {
  return is_of_kubernetes(condition) && is_namespace_label_key(condition.key);
}

/// Whether a condition asks for a label whose value is filled in later.
bool asks_for_placeholder(const Condition& condition, const Workload& workload) {
  if (!is_of_kubernetes(condition)) return false;
  if (is_namespace_name_key(condition.key)) return has_placeholder(workload.ns);
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

}  // namespace

KnownPods::KnownPods(const Inventory& inventory, const Environment& environment)
    : inventory_(inventory), environment_(environment), index_(inventory.workloads) {
  for (const NamespaceManifest& each : inventory.namespaces)
    namespaces_.try_emplace(each.name, labels_of(each.labels));
  identities_.reserve(inventory.workloads.size());
  for (std::uint32_t i = 0; i < inventory.workloads.size(); ++i) {
    const Workload& pod = inventory.workloads[i];
    by_namespace_[pod.ns].push_back(i);
    by_account_[pod.service_account].push_back(i);
    is_vague_.push_back(is_vague(pod));
    if (is_vague_.back()) vague_.push_back(i);
    const auto labels = namespaces_.find(pod.ns);
    identities_.push_back(Identity::of_labels(
        pod_endpoint(pod, labels == namespaces_.end() ? Labels() : labels->second, environment)
            .labels));
  }
  for (const Unrendered& each : inventory.unrendered) {
    unrendered_.insert(each.ns);
    unrendered_anywhere_ = unrendered_anywhere_ || each.ns.empty();
  }
  for (const PossiblePods& each : inventory.possible_pods) {
    const auto labels = namespaces_.find(each.ns);
    PodFacts facts;
    facts.ns = each.ns;
    facts.labels = labels_of(each.labels);
    if (labels != namespaces_.end()) facts.namespace_labels = labels->second;
    facts.cluster = environment.cluster;
    possible_.push_back({&each, Identity::of_labels(identity_labels(facts, environment.labels,
                                                                    environment.cilium))});
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
  const bool more = unrendered_anywhere_ || unrendered_.contains(ns);
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

std::vector<std::uint32_t> KnownPods::behind(const ServiceManifest& service) const {
  const std::vector<std::uint32_t>* fewest = nullptr;
  for (const auto& [key, value] : service.selector) {
    const auto& having = index_.having(key, value);
    if (fewest == nullptr || having.size() < fewest->size()) fewest = &having;
  }
  std::vector<std::uint32_t> result;
  if (fewest != nullptr)
    std::ranges::copy_if(*fewest, std::back_inserter(result), [&](std::uint32_t pod) {
      return selects(service, workload(pod).ns, workload(pod).labels);
    });
  return result;
}

bool KnownPods::may_select(const Conditions& conditions, std::uint32_t pod) const {
  return std::ranges::all_of(conditions, [&](const Condition& each) {
    return each.matches(identities_[pod]) ||
           (asks_for_namespace_label(each) && !namespaces_.contains(workload(pod).ns)) ||
           (is_vague_[pod] && asks_for_placeholder(each, workload(pod)));
  });
}

bool KnownPods::may_select(const Conditions& conditions, const Possible& possible) const {
  bool has_some = false;
  bool asks_for_some = false;
  const bool vague = std::ranges::any_of(possible.pods->labels, [](const auto& label) {
    return has_placeholder(label.first) || has_placeholder(label.second);
  });
  for (const Condition& each : conditions) {
    if (each.matches(possible.identity)) {
      has_some = has_some || (!is_namespace_key(each.key) && each.key != kClusterLabel);
      continue;
    }
    // What is not known of them they may have.
    if (asks_for_namespace_label(each) && !namespaces_.contains(possible.pods->ns)) continue;
    if (is_namespace_name_key(each.key) && has_placeholder(possible.pods->ns)) continue;
    if (each.key == kServiceAccountLabel) continue;
    if (!is_of_kubernetes(each) || is_namespace_key(each.key) || each.key == kClusterLabel)
      return false;
    asks_for_some = true;
    if (label_of(each, possible.identity) != nullptr && !vague) return false;
  }
  return has_some || !asks_for_some || vague;
}

bool KnownPods::may_select_possible(const Conditions& conditions) const {
  constexpr std::size_t kMostTried = 200;
  return possible_.size() > kMostTried || std::ranges::any_of(possible_, [&](const Possible& each) {
           return may_select(conditions, each);
         });
}

std::optional<KnownPods::Lists> KnownPods::lists_of(const Condition& condition) const {
  if (condition.op != Op::in || !is_of_kubernetes(condition) || condition.key == kClusterLabel)
    return std::nullopt;
  if (is_namespace_label_key(condition.key)) return std::nullopt;
  Lists result;
  for (const std::string& value : condition.values) {
    const auto account = by_account_.find(value);
    if (is_namespace_name_key(condition.key))
      result.push_back(&in_namespace(value));
    else if (condition.key != kServiceAccountLabel)
      result.push_back(&index_.having(condition.key, value));
    else if (account != by_account_.end())
      result.push_back(&account->second);
  }
  return result;
}

std::optional<KnownPods::Lists> KnownPods::fewest(const Conditions& conditions) const {
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
  if (fewest) fewest->push_back(&vague_);
  return fewest;
}

std::vector<std::uint32_t> KnownPods::selected(const Conditions& conditions) const {
  std::vector<std::uint32_t> pods;
  if (const auto lists = fewest(conditions)) {
    for (const auto* list : *lists) pods.insert(pods.end(), list->begin(), list->end());
    std::ranges::sort(pods);
    pods.erase(std::unique(pods.begin(), pods.end()), pods.end());
  } else {
    pods.resize(identities_.size());
    std::iota(pods.begin(), pods.end(), 0U);
  }
  std::erase_if(pods, [&](std::uint32_t pod) {
    return workload(pod).host_network || !may_select(conditions, pod);
  });
  return pods;
}

KnownPods::Search KnownPods::search(const Conditions& conditions, bool host_network) const {
  constexpr std::size_t kMostTried = 500;
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
  if (const auto lists = fewest(conditions)) {
    for (const auto* list : *lists)
      if (!std::ranges::all_of(*list, look_at)) break;
  } else {
    for (std::uint32_t pod = 0; pod < identities_.size(); ++pod)
      if (!look_at(pod)) break;
  }
  if (!result.found && may_select_possible(conditions)) result.complete = false;
  return result;
}

std::optional<std::vector<std::string>> namespaces_of(const Conditions& conditions) {
  for (const Condition& each : conditions)
    if (is_of_kubernetes(each) && each.op == Op::in && is_namespace_name_key(each.key))
      return each.values;
  return std::nullopt;
}

}  // namespace cnplint::policy
