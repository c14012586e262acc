// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>
#include <string>

#include "policy/model/cluster_facts.h"
#include "policy/verdict/known_pods.h"
#include "rules/mending.h"
#include "rules/selectors.h"

namespace cnplint::rules::namespace_label_in_pod_selector {
namespace {

using policy::Condition;
using policy::Conditions;
using Pair = std::pair<std::string_view, std::string_view>;

/// The labels that Namespaces have and no pod has.
class LabelsOfNamespaces {
 public:
  explicit LabelsOfNamespaces(const policy::Inventory& inventory) {
    for (const policy::Workload& workload : inventory.workloads)
      for (const auto& label : workload.labels) keys_of_pods_.insert(label.first);
    for (const policy::NamespaceManifest& each : inventory.namespaces)
      for (const auto& label : each.labels)
        if (!keys_of_pods_.contains(label.first)) labels_.try_emplace(label, each.name);
  }

  /// A Namespace with the label; empty where none has it, or pods have its key.
  [[nodiscard]] std::string_view having(std::string_view key, std::string_view value) const {
    const auto found = labels_.find(Pair(key, value));
    return found == labels_.end() ? std::string_view() : found->second;
  }

 private:
  std::set<std::string_view> keys_of_pods_;
  std::map<Pair, std::string_view> labels_;
};

Conditions of_pods(const PodPeer& peer) {
  return peer.of_network_policy() ? policy::conditions(peer.where.get("podSelector"), "k8s")
                                  : policy::conditions(peer.where);
}

lint::Fix fix_of(const PodPeer& peer, const Condition& asked) {
  if (peer.of_network_policy())
    return lint::unsafe_fix("write it under `namespaceSelector`" + std::string(kSelectsOthers),
                            to_namespace_selector(peer.where, asked, asked.key));
  const std::string key = std::string(policy::kNamespaceLabelsPrefix) + asked.key;
  return lint::unsafe_fix("write `" + key + ": " + asked.values.front() + "`" + kSelectsOthers,
                          rename_label(asked, key));
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::Inventory& inventory = context.cluster.inventory;
  if (inventory.namespaces.empty() || inventory.workloads.empty()) return;
  const LabelsOfNamespaces labels(inventory);
  each_pod_peer(context, [&](const PodPeer& peer) {
    for (const Condition& each : of_pods(peer)) {
      if (each.op != Condition::Op::in || each.values.size() != 1 || !is_of_kubernetes(each) ||
          policy::without_source(each.key) == kNameOfNamespace)
        continue;
      const std::string_view ns = labels.having(each.key, each.values.front());
      if (ns.empty() || !context.pods.none_selected(peer.meaning)) continue;
      const std::string label = each.key + ": " + each.values.front();
      lint::Finding& finding =
          report.add(peer.policy, each.where,
                     "no pod of the input has a label " + quoted(each.key) + ", the Namespace " +
                         quoted(ns) + " has " + quoted(label) + ": the peer matches nobody");
      finding.fix = fix_of(peer, each);
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "namespace-label-in-pod-selector",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a label of a namespace where labels of pods are asked for",
    .why =
        R"(Labels of a Namespace are not those of its pods. A peer of a Cilium policy asks for them behind the prefix
`io.cilium.k8s.namespace.labels.`, a NetworkPolicy under `namespaceSelector`. Where no workload of the
input has a label and a Namespace does, the label is in the wrong place and the peer matches nobody.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: api}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - fromEndpoints: [{matchLabels: {tenant: blue}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: {tenant: blue}}
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: prod, labels: {app: worker}}
spec: {containers: [{name: worker, image: worker}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: api}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - fromEndpoints: [{matchLabels: {io.cilium.k8s.namespace.labels.tenant: blue}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: {tenant: blue}}
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: prod, labels: {app: worker}}
spec: {containers: [{name: worker, image: worker}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: api}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - fromEndpoints: [{matchLabels: {io.cilium.k8s.namespace.labels.tenant: blue}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: {tenant: blue}}
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: prod, labels: {app: worker}}
spec: {containers: [{name: worker, image: worker}]}
)"},
    .facts = "P206 A3.3 A3.4 A6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::namespace_label_in_pod_selector
