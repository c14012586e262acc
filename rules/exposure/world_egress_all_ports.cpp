// SPDX-License-Identifier: Apache-2.0
#include "policy/model/port.h"
#include "rules/each.h"

namespace cnplint::rules::world_egress_all_ports {
namespace {

bool every_port(const RuleItem& item) {
  if (item.icmps.has_children()) return false;
  if (!item.to_ports.has_children()) return true;
  for (const policy::PortRule& rule : item.port_rules)
    for (const NodeRef port : rule.ports)
      if (policy::read_port(port).all()) return true;
  return false;
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || item.direction != Direction::egress || !every_port(item)) return;
    const bool knp = context.policy.kind == policy::PolicyKind::network_policy;
    if (knp && (item.peers.empty() || !item.peers.front().list.has_children())) {
      report
          .add(item.node, item.to_ports.has_children()
                              ? "an egress rule without `to` allows every destination, here on "
                                "every port of a protocol"
                              : "an egress rule without `to` and `ports` allows everything")
          .claim = lint::Claim::opens_to_world;
      return;
    }
    const policy::Peers* entities = item.peers_of(PeerKind::entities);
    if (entities == nullptr) return;
    for (const NodeRef entity : entities->list.items())
      if (entity.text() == "world" || entity.text() == "all")
        report.add(entity, "egress to " + quoted(entity.text()) + " on every port");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "world-egress-all-ports",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "egress to everywhere on every port",
    .why =
        R"(`toEntities: [world]` or `all` without ports, or with port 0, lets an endpoint talk to any address in any
protocol: the way out for stolen data. So does an egress rule `{}` of a NetworkPolicy: without `to`
and `ports` it allows everything. Name the ports, or better the names with `toFQDNs`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toEntities: [world]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toFQDNs: [{matchName: api.example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::world_egress_all_ports
