// SPDX-License-Identifier: Apache-2.0
#include "rules/namespace_labels.h"

#include <algorithm>

#include "policy/model/cluster_facts.h"
#include "policy/model/label.h"
#include "policy/verdict/known_pods.h"
#include "policy/yaml/template.h"
#include "rules/system_namespace.h"

namespace cnplint::rules {

bool is_of_other_cluster(const policy::Conditions& conditions,
                         const policy::Environment& environment) {
  return std::ranges::any_of(conditions, [&](const policy::Condition& each) {
    return each.key == policy::kClusterLabel && policy::is_of_kubernetes(each) &&
           !(each.op == policy::Condition::Op::in && each.values.size() == 1 &&
             each.values.front() == environment.cluster);
  });
}

NamespaceLabels::NamespaceLabels(const lint::ClusterContext& context) {
  const policy::Inventory& inventory = context.cluster.inventory;
  for (const policy::NamespaceManifest& each : inventory.namespaces) {
    names_.insert(each.name);
    for (const auto& [key, value] : each.labels) add(key, value);
  }
  std::set<std::string_view> named = names_;
  for (const policy::Workload& each : inventory.workloads) named.insert(each.ns);
  for (const policy::Policy& each : context.policies)
    if (!each.ns.empty()) named.insert(each.ns);
  all_known_ = !names_.empty() && std::ranges::all_of(named, [&](std::string_view ns) {
    if (ns == policy::kDefaultNamespace || is_system_namespace(ns)) return true;
    return names_.contains(ns) && context.pods.of_namespace(ns) == policy::Knowledge::complete;
  });
}

void NamespaceLabels::add(std::string_view key, std::string_view value) {
  // Values that many labels have tell nothing of the key.
  constexpr std::size_t kShortest = 3;
  OfKey& of_key = keys_[key];
  if (!of_key.values.insert(value).second) return;
  of_key.index.add(value);
  of_key.is_vague = of_key.is_vague || policy::has_placeholder(value);
  if (value.size() >= kShortest && value != "true" && value != "false" && value != "enabled" &&
      key.find('/') == std::string_view::npos)
    key_of_value_.try_emplace(value, key);
}

bool NamespaceLabels::none_meets(const policy::Condition& condition) const {
  if (names_.empty() || !condition.key.starts_with(policy::kNamespaceLabelsPrefix)) return false;
  const std::string_view key =
      std::string_view(condition.key).substr(policy::kNamespaceLabelsPrefix.size());
  const auto found = keys_.find(key);
  if (found == keys_.end()) return true;
  if (condition.op != policy::Condition::Op::in || found->second.is_vague) return false;
  return std::ranges::none_of(condition.values, [&](const std::string& value) {
    return found->second.values.contains(value);
  });
}

NamespaceLabels::Pair NamespaceLabels::meant(std::string_view key, std::string_view value) const {
  if (const auto found = keys_.find(key); found != keys_.end()) {
    for (const std::string_view near : found->second.index.near(value))
      if (base::is_slip(near, value)) return {found->first, near};
    return {};
  }
  const auto same = key_of_value_.find(value);
  return same == key_of_value_.end() ? Pair() : Pair(same->second, same->first);
}

bool NamespaceLabels::has_other_than(std::string_view ns) const {
  return std::ranges::any_of(names_, [&](std::string_view each) { return each != ns; });
}

}  // namespace cnplint::rules
