// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "policy/model/cluster_facts.h"
#include "policy/text/rule_text.h"
#include "policy/verdict/known_pods.h"
#include "rules/mending.h"
#include "rules/selectors.h"

namespace cnplint::rules::pod_label_in_namespace_selector {
namespace {

using policy::Condition;
using policy::Conditions;
using Pair = std::pair<std::string_view, std::string_view>;

/// The labels that only pods have, in namespaces whose own labels are known.
class LabelsOfPods {
 public:
  explicit LabelsOfPods(const policy::Inventory& inventory) {
    std::set<std::string_view> known;
    for (const policy::NamespaceManifest& each : inventory.namespaces) {
      known.insert(each.name);
      for (const auto& label : each.labels) keys_of_namespaces_.insert(label.first);
    }
    for (const policy::Workload& workload : inventory.workloads)
      if (known.contains(workload.ns))
        for (const auto& label : workload.labels) of_pods_.try_emplace(label, &workload);
  }

  /// A workload with the label, where no Namespace has the key.
  [[nodiscard]] const policy::Workload* workload(std::string_view key,
                                                 std::string_view value) const {
    if (keys_of_namespaces_.contains(key)) return nullptr;
    const auto found = of_pods_.find(Pair(key, value));
    return found == of_pods_.end() ? nullptr : found->second;
  }

 private:
  std::set<std::string_view> keys_of_namespaces_;
  std::map<Pair, const policy::Workload*> of_pods_;
};

/// What a peer asks of namespaces, by their own keys.
Conditions of_namespaces(const PodPeer& peer) {
  if (peer.of_network_policy())
    return policy::conditions(peer.where.get("namespaceSelector"), "k8s");
  Conditions result = policy::conditions(peer.where);
  std::erase_if(result, [](const Condition& each) {
    return !is_of_kubernetes(each) || !each.key.starts_with(policy::kNamespaceLabelsPrefix);
  });
  for (Condition& each : result) each.key.erase(0, policy::kNamespaceLabelsPrefix.size());
  return result;
}

lint::Fix fix_of(const PodPeer& peer, const Condition& asked, const policy::Workload& workload) {
  const bool own = workload.ns == peer.policy.effective_namespace();
  if (!peer.of_network_policy())
    return lint::unsafe_fix(
        "write `" + asked.key + ": " + asked.values.front() + "` without the prefix" +
            kSelectsOthers,
        own || peer.policy.clusterwide() ? rename_label(asked, asked.key) : policy::Changes());
  const NodeRef namespaces = peer.where.get("namespaceSelector");
  policy::Changes changes;
  if (policy::requirements(namespaces).size() == 1 && !peer.where.get("podSelector")) {
    if (own)
      changes.push_back(policy::rename(namespaces, "podSelector"));
    else
      changes = {policy::set(namespaces, policy::selector_value({{std::string(kNameOfNamespace),
                                                                  std::string(workload.ns)}})),
                 policy::add_entry(peer.where, "podSelector", policy::Value::of(namespaces))};
  }
  return lint::unsafe_fix("write `podSelector` for `namespaceSelector`" +
                              (own ? std::string() : ", and the namespace " + quoted(workload.ns)) +
                              kSelectsOthers,
                          std::move(changes));
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::Inventory& inventory = context.cluster.inventory;
  if (inventory.namespaces.empty() || inventory.workloads.empty()) return;
  const LabelsOfPods labels(inventory);
  each_pod_peer(context, [&](const PodPeer& peer) {
    for (const Condition& each : of_namespaces(peer)) {
      if (each.op != Condition::Op::in || each.values.empty()) continue;
      const policy::Workload* workload = labels.workload(each.key, each.values.front());
      if (workload == nullptr || !context.pods.none_selected(peer.meaning)) continue;
      const std::string label = each.key + ": " + each.values.front();
      lint::Finding& finding =
          report.add(peer.policy, each.where,
                     "no Namespace of the input has a label " + quoted(each.key) + ", pods have " +
                         quoted(label) + ", such as those of " + workload->subject +
                         ": the peer matches nobody");
      finding.fix = fix_of(peer, each, *workload);
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "pod-label-in-namespace-selector",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a label of pods where labels of namespaces are asked for",
    .why =
        R"(`namespaceSelector` of a NetworkPolicy, and keys behind `io.cilium.k8s.namespace.labels.` of a Cilium
policy, look at the labels of Namespaces, never at those of pods. Where the input has Namespaces and
none has such a label while pods do, the label is in the wrong selector and the peer matches nobody.
Write it under `podSelector`, or without the prefix; a pod of another namespace needs both selectors in
the same peer.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: prod}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {app: worker}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: prod}
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: prod, labels: {app: worker}}
spec: {containers: [{name: worker, image: worker}]}
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: prod}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: worker}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: prod}
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: prod, labels: {app: worker}}
spec: {containers: [{name: worker, image: worker}]}
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: prod}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: worker}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: prod}
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: prod, labels: {app: worker}}
spec: {containers: [{name: worker, image: worker}]}
)"},
    .facts = "A3.3 A6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::pod_label_in_namespace_selector
