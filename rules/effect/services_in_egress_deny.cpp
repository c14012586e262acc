// SPDX-License-Identifier: Apache-2.0
#include "rules/selectors.h"

namespace cnplint::rules::services_in_egress_deny {
namespace {

void check(const lint::ClusterContext& context, Report& report) {
  for (const policy::PolicyRule& rule : context.rules->rules) {
    if (!rule.denies() || rule.unresolved_services.empty()) continue;
    const policy::Policy& policy = context.policies[rule.policy];
    const bool everywhere = rule.any_peer && !rule.ports.empty();
    lint::Finding& finding = report.add(
        policy, rule.unresolved_services.front().parent(),
        std::string("Cilium does not look up `toServices` of a deny rule, so it denies ") +
            (everywhere ? "every destination on these ports" : "nothing"));
    finding.fix.title =
        "deny the pods or addresses behind the services: `toEndpoints`, `toCIDRSet`";
    if (rule.any_peer || !rule.peers.empty()) continue;
    finding.node = rule.where;
    finding.claim = lint::Claim::allows_nothing;
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "services-in-egress-deny",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "toServices in egressDeny, which Cilium never looks up",
    .why =
        R"(Cilium finds out what is behind `toServices` in rules that allow, never in rules that deny. With `toPorts` a
deny rule then has no destination at all and denies these ports to everybody, the cluster's DNS or API
server included; without ports it denies nothing. Name the pods behind the service by their labels.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  enableDefaultDeny: {egress: false}
  egressDeny:
  - toServices: [{k8sService: {serviceName: billing, namespace: shop}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  enableDefaultDeny: {egress: false}
  egressDeny:
  - toEndpoints: [{matchLabels: {app: billing}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)"},
    .facts = "P502 A5.4 A3.6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::services_in_egress_deny
