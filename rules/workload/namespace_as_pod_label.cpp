// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/elsewhere.h"
#include "rules/mending.h"
#include "rules/namespace_as_label.h"

namespace cnplint::rules::namespace_as_pod_label {
namespace {

void check(const lint::ClusterContext& context, Report& report) {
  each_pod_peer(context, [&](const PodPeer& peer) {
    const auto condition = namespace_as_label(context.pods, peer);
    if (!condition || has_placeholder(peer.meaning)) return;
    const std::string& ns = condition->values.front();
    const bool network_policy = peer.of_network_policy();
    const std::string meant = network_policy
                                  ? "kubernetes.io/metadata.name: " + ns
                                  : "k8s:" + std::string(policy::kNamespaceLabel) + ": " + ns;
    lint::Finding& finding =
        report.add(peer.policy, condition->where,
                   quoted(condition->key) + " is a label of pods here, which no pod has because " +
                       "of its namespace: did you mean `" + meant + "`?");
    finding.fix = lint::unsafe_fix(
        "write `" + meant + "`" + (network_policy ? " under `namespaceSelector`" : "") +
            kSelectsOthers,
        network_policy
            ? to_namespace_selector(peer.where, *condition, std::string(kNameOfNamespace))
            : rename_label(*condition, condition->source == "any"
                                           ? "k8s:" + std::string(policy::kNamespaceLabel)
                                           : std::string(policy::kNamespaceLabel)));
    if (!context.pods.has_namespace(ns)) finding.severity = lint::Severity::note;
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "namespace-as-pod-label",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a peer asks for pods with a label `namespace`",
    .why =
        R"(A label `namespace` among the labels of pods is one like any other: Kubernetes gives no pod such a label,
and the peer matches nobody. For Cilium the namespace of a pod is `k8s:io.kubernetes.pod.namespace`; in a
NetworkPolicy it is chosen by a `namespaceSelector`. Reported where no workload of the input has the
label: as a warning where the value is a namespace of the input, else as a note.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: front, namespace: web}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: web}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: front, k8s:io.kubernetes.pod.namespace: web}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: web}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: front, 'k8s:io.kubernetes.pod.namespace': web}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: web}
)"},
    .facts = "N7 P207",
    .check_cluster = check,
};

}  // namespace cnplint::rules::namespace_as_pod_label
