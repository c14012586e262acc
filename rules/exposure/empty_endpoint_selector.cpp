// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "rules/dns_only.h"
#include "rules/each.h"

namespace cnplint::rules::empty_endpoint_selector {
namespace {

/// Whether an item lets something through, other than DNS.
bool opens(const RuleItem& item) {
  if (item.deny || is_dns_only(item)) return false;
  return !item.peers.empty() || item.to_ports.has_children() || item.icmps.has_children();
}

void check(const PolicyContext& context, Report& report) {
  if (context.policy.clusterwide()) return;
  for (const policy::Spec& spec : context.policy.specs) {
    if (!spec.endpoint_selector || !policy::matches_everything(spec.endpoint_selector) ||
        std::ranges::none_of(spec.items, opens))
      continue;
    report
        .add(spec.endpoint_selector, "empty " + quoted(field_name(spec.endpoint_selector)) +
                                         " opens this to every pod of the namespace")
        .strict = true;
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-endpoint-selector",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy that opens something to every pod of its namespace",
    .why =
        R"(An empty `endpointSelector` in a CiliumNetworkPolicy, and an empty `podSelector` in a NetworkPolicy,
select every pod of the namespace, those that come later included. What the policy allows is allowed
to all of them. Legitimate where a namespace is one application: a note, unless the profile is
`strict`. A policy that only switches to default deny (`ingress: [{}]`) or only allows DNS is a
baseline and not reported. See empty-clusterwide-selector for policies of the whole cluster.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "N1",
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_endpoint_selector
