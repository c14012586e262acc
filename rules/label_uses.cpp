// SPDX-License-Identifier: Apache-2.0
#include "rules/label_uses.h"

#include "policy/model/cluster_facts.h"

namespace cnplint::rules {

LabelUses::LabelUses(const lint::ClusterContext& context) {
  each_written_condition(context, [&](const WrittenCondition& each) {
    Key& key = keys_[each.condition.key];
    ++key.uses;
    for (const std::string& value : each.condition.values) ++key.values[value];
  });
  for (const policy::Workload& workload : context.cluster.inventory.workloads)
    for (const auto& [key, value] : workload.labels) add(key, std::string(value));
  for (const policy::ServiceManifest& service : context.cluster.inventory.services)
    for (const auto& [key, value] : service.selector) add(key, std::string(value));
}

void LabelUses::add(std::string_view key, const std::string& value) {
  Key& uses = keys_[std::string(key)];
  ++uses.uses;
  ++uses.values[value];
}

std::uint32_t LabelUses::of_key(std::string_view key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? 0 : found->second.uses;
}

std::uint32_t LabelUses::of_value(std::string_view key, const std::string& value) const {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return 0;
  const auto uses = found->second.values.find(value);
  return uses == found->second.values.end() ? 0 : uses->second;
}

}  // namespace cnplint::rules
