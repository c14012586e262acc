// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"

namespace cnplint::rules::namespace_in_clusterwide_policy {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!context.policy.clusterwide()) return;
  const NodeRef ns = context.policy.root.get("metadata").get("namespace");
  if (string_of(ns).empty()) return;
  report
      .add(ns, "a " + std::string(policy::kind_name(context.policy.kind)) +
                   " has no namespace: this one is dropped, and the policy holds in all of them")
      .fix.title = "use a CiliumNetworkPolicy, or select by `k8s:io.kubernetes.pod.namespace: " +
                   std::string(ns.text()) + "`";
}

}  // namespace

CNPLINT_RULE{
    .name = "namespace-in-clusterwide-policy",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a clusterwide policy with a namespace",
    .why =
        R"(The API server takes the namespace off objects that have none. A CiliumClusterwideNetworkPolicy that was meant for one
namespace then selects endpoints of all.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web, app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: cart}
spec:
  endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: shop, app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web, app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P801",
    .check_policy = check,
};

}  // namespace cnplint::rules::namespace_in_clusterwide_policy
