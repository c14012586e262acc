// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::namespaced_listener_in_clusterwide_policy {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind) || !context.policy.clusterwide()) return;
  each_item(context.policy, [&](const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules) {
      const NodeRef kind = rule.node.get("listener").get("envoyConfig").get("kind");
      if (kind.text() != "CiliumEnvoyConfig") continue;
      report
          .add(kind,
               "a CiliumEnvoyConfig is one of a namespace, and endpoints without a namespace that "
               "this "
               "policy selects get no policy at all")
          .fix.title = "refer to a CiliumClusterwideEnvoyConfig";
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "namespaced-listener-in-clusterwide-policy",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a clusterwide policy with a listener of one namespace",
    .why =
        R"(Cilium looks for a CiliumEnvoyConfig in the namespace of each endpoint that a policy selects. For endpoints without one
(health, ingress, the host) it cannot compute the policy, and they keep the one that they had. A
CiliumClusterwideEnvoyConfig is found for all. Harmless where the selector selects pods only, and each of their
namespaces has such an object.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: cart}
spec:
  endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: shop}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      listener: {name: outbound, envoyConfig: {kind: CiliumEnvoyConfig, name: outbound}}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: cart}
spec:
  endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: shop}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      listener: {name: outbound, envoyConfig: {kind: CiliumClusterwideEnvoyConfig, name: outbound}}
)"},
    .facts = "P707",
    .check_policy = check,
};

}  // namespace cnplint::rules::namespaced_listener_in_clusterwide_policy
