// SPDX-License-Identifier: Apache-2.0
#include "rules/label_uses.h"

#include <utility>

#include "policy/model/cluster_facts.h"

namespace cnplint::rules {

LabelUses::LabelUses(const lint::ClusterContext& context) {
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec& spec,
                            const policy::Subject& subject) {
    if (!subject.node) read(context, policy, spec.endpoint_selector, subject.selector);
  });
  each_pod_peer(context, [&](const PodPeer& peer) {
    read(context, peer.policy,
         peer.of_network_policy() ? peer.where.get("podSelector") : peer.where, peer.meaning);
  });
  for (const policy::Workload& workload : context.cluster.inventory.workloads)
    for (const auto& [key, value] : workload.labels) add(key, std::string(value));
  for (const policy::ServiceManifest& service : context.cluster.inventory.services)
    for (const auto& [key, value] : service.selector) add(key, std::string(value));
}

void LabelUses::read(const lint::ClusterContext& context, const policy::Policy& policy,
                     NodeRef selector, const policy::Conditions& meaning) {
  policy::Conditions written = policy::conditions(selector, "any");
  std::erase_if(written, [](const policy::Condition& each) {
    return !is_of_kubernetes(each) || policy::is_namespace_key(each.key) ||
           each.key == policy::kClusterLabel;
  });
  if (written.empty()) return;
  for (const policy::Condition& each : written) {
    Key& key = keys_[each.key];
    ++key.uses;
    for (const std::string& value : each.values) ++key.values[value];
  }
  const bool known = context.pods.of_selector(meaning) != policy::Knowledge::none &&
                     policy::namespaces_of(meaning).has_value();
  written_.push_back({&policy, std::move(written), known});
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
