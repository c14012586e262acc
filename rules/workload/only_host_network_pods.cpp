// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "rules/known_selection.h"

namespace cnplint::rules::only_host_network_pods {
namespace {

std::string fix_of(const PodSelection& selection) {
  if (selection.peer == nullptr)
    return "write a CiliumClusterwideNetworkPolicy with `nodeSelector` (the host firewall has to "
           "be on)";
  const bool ingress = selection.peer->rule.direction == Direction::ingress;
  const std::string entities =
      std::string(ingress ? "fromEntities" : "toEntities") + ": [host, remote-node]";
  return selection.of_network_policy() ? "use a CiliumNetworkPolicy with `" + entities + "`"
                                       : "write `" + entities + "`";
}

/// Whether all pods are known that a selector may select; of one that asks for labels, at least
/// some.
bool is_known_place(const lint::ClusterContext& context, const PodSelection& selection) {
  if (selection.asks_for_label())
    return !selection.is_everywhere() || context.cluster.inventory.complete.value_or(false);
  return !selection.is_everywhere() && !selection.of_system &&
         selection.knowledge == policy::Knowledge::complete;
}

/// Whether a policy for a whole namespace is there for whatever comes: it allows nobody anything.
bool is_baseline(const lint::ClusterContext& context, const PodSelection& selection) {
  if (selection.peer != nullptr || selection.asks_for_label()) return false;
  return std::ranges::none_of(context.rules->rules, [&](const policy::PolicyRule& rule) {
    return &context.policies[rule.policy] == &selection.policy && rule.allows() &&
           rule.matches_something();
  });
}

void check(const lint::ClusterContext& context, Report& report) {
  each_known_selection(context, [&](const PodSelection& selection) {
    if (!is_known_place(context, selection)) return;
    const auto pod = context.pods.first_selected(selection.meaning, true);
    if (!pod || !context.pods.none_selected(selection.meaning)) return;
    const policy::Workload& workload = context.pods.workload(*pod);
    lint::Finding& finding = report.add(
        selection.policy, selection.where,
        (selection.peer == nullptr
             ? "the policy selects only pods in the network of their node (hostNetwork), such as "
             : "the peer selects only pods in the network of their node (hostNetwork), such as ") +
            workload.subject + ": Cilium knows them as the node, " +
            (selection.peer == nullptr ? "the policy has no effect" : "the peer matches nobody"));
    finding.fix.title = fix_of(selection);
    finding.notes.push_back({workload.place, "its pods use `hostNetwork`"});
    if (selection.of_system || selection.knowledge != policy::Knowledge::complete) {
      finding.severity = lint::Severity::note;
      return;
    }
    if (is_baseline(context, selection)) finding.severity = lint::Severity::note;
    finding.claim =
        selection.peer == nullptr ? lint::Claim::selects_nothing : lint::Claim::allows_nothing;
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "only-host-network-pods",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a selector that only fits pods in the network of their node",
    .why =
        R"(A pod with `hostNetwork: true` has no endpoint of its own: for Cilium its traffic is that of the node,
`host` on the same node and `remote-node` on others, and its labels are never looked at. A policy for
such pods protects nobody; a peer that means them lets nobody in. Protect them with a
CiliumClusterwideNetworkPolicy that has a `nodeSelector` (the host firewall has to be on), and name them
as peers by the entities `host` and `remote-node`. A selector of a whole namespace is reported where all
of its workloads are known; a note where the policy only denies by default, which may be there for pods
that come.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: node-exporter, namespace: monitoring}
spec:
  endpointSelector: {matchLabels: {app: node-exporter}}
  ingress:
  - fromEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "9100", protocol: TCP}]}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node-exporter, namespace: monitoring}
spec:
  selector: {matchLabels: {app: node-exporter}}
  template:
    metadata: {labels: {app: node-exporter}}
    spec: {hostNetwork: true, containers: [{name: exporter, image: exporter}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: node-exporter, namespace: monitoring}
spec:
  endpointSelector: {matchLabels: {app: node-exporter}}
  ingress:
  - fromEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "9100", protocol: TCP}]}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node-exporter, namespace: monitoring}
spec:
  selector: {matchLabels: {app: node-exporter}}
  template:
    metadata: {labels: {app: node-exporter}}
    spec: {containers: [{name: exporter, image: exporter}]}
)"},
    .facts = "P217 A6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::only_host_network_pods
