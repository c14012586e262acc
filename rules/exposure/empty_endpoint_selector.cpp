// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "policy/model/dns_server.h"
#include "policy/model/port.h"
#include "rules/each.h"

namespace cnplint::rules::empty_endpoint_selector {
namespace {

bool is_dns(const policy::PortRange& port) {
  return port.name.empty() && port.first == port.last && policy::is_dns_port(port.first);
}

/// Whether an item lets something through, other than DNS.
bool opens(const RuleItem& item) {
  if (item.deny) return false;
  const bool says_nothing =
      item.peers.empty() && !item.to_ports.has_children() && !item.icmps.has_children();
  bool dns_only = !item.port_rules.empty();
  for (const policy::PortRule& rule : item.port_rules)
    for (const NodeRef port : rule.ports) dns_only = dns_only && is_dns(policy::read_port(port));
  return !says_nothing && !dns_only;
}

void check(const PolicyContext& context, Report& report) {
  const bool clusterwide = context.policy.clusterwide();
  for (const policy::Spec& spec : context.policy.specs) {
    if (!spec.endpoint_selector || !policy::matches_everything(spec.endpoint_selector)) continue;
    if (!clusterwide && std::ranges::none_of(spec.items, opens)) continue;
    const std::string field(field_name(spec.endpoint_selector));
    report.add(spec.endpoint_selector,
               clusterwide
                   ? "empty " + quoted(field) +
                         " selects every endpoint of the cluster, health and ingress included"
                   : "empty " + quoted(field) + " opens this to every pod of the namespace");
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-endpoint-selector",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy that selects every endpoint and opens something to all of them",
    .why =
        R"(An empty `endpointSelector` in a CiliumNetworkPolicy, and an empty `podSelector` in a NetworkPolicy,
select every pod of the namespace; in a CiliumClusterwideNetworkPolicy it selects every endpoint of
the cluster, those of health checks and of Cilium's Ingress included. What the policy allows is
then allowed to all of them. Legitimate for a baseline: a policy that only switches to default deny
(`ingress: [{}]`) or only allows DNS is not reported in a namespace.)",
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
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_endpoint_selector
