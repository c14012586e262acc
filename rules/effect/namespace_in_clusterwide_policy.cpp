// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/text/change.h"
#include "policy/text/rule_text.h"
#include "rules/each.h"

namespace cnplint::rules::namespace_in_clusterwide_policy {
namespace {

/// Moves a namespace from the metadata to the selectors of the policy.
policy::Changes select_by(const policy::Policy& policy, NodeRef ns) {
  policy::Changes changes{policy::remove(ns)};
  for (const policy::Spec& spec : policy.specs) {
    const NodeRef selector = spec.endpoint_selector;
    if (!selector.is_mapping() || field_name(selector) != "endpointSelector") return {};
    const NodeRef labels = selector.get("matchLabels");
    if (labels && !labels.is_mapping()) return {};
    const std::string key(policy::namespace_key());
    policy::Value name = policy::Value::text(std::string(ns.text()));
    if (labels)
      changes.push_back(policy::add_entry(labels, key, std::move(name)));
    else
      changes.push_back(
          policy::add_entry(selector, "matchLabels", policy::Value::map({{key, std::move(name)}})));
  }
  return changes;
}

void check(const PolicyContext& context, Report& report) {
  if (!context.policy.clusterwide()) return;
  const NodeRef ns = context.policy.root.get("metadata").get("namespace");
  if (string_of(ns).empty()) return;
  lint::Finding& finding = report.add(
      ns, "a " + std::string(policy::kind_name(context.policy.kind)) +
              " has no namespace: this one is dropped, and the policy holds in all of them");
  finding.fix.title = "use a CiliumNetworkPolicy, or select by `k8s:io.kubernetes.pod.namespace: " +
                      std::string(ns.text()) + "`";
  if (is_placeholder(ns)) return;
  finding.fix.changes = select_by(context.policy, ns);
  if (finding.fix.changes.empty()) return;
  finding.fix.applicability = lint::Applicability::unsafe;
  finding.fix.title = "select by `" + std::string(policy::namespace_key()) + ": " +
                      std::string(ns.text()) +
                      "`, or use a CiliumNetworkPolicy: the policy no longer opens and closes " +
                      "anything for pods of other namespaces";
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
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: cart}
spec:
  endpointSelector: {matchLabels: {app: cart, 'k8s:io.kubernetes.pod.namespace': shop}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web, app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P801",
    .check_policy = check,
};

}  // namespace cnplint::rules::namespace_in_clusterwide_policy
