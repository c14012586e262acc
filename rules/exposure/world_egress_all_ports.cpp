// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/every_port.h"
#include "rules/intent.h"

namespace cnplint::rules::world_egress_all_ports {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || item.direction != Direction::egress || !has_every_port(item)) return;
    const bool knp = context.policy.kind == policy::PolicyKind::network_policy;
    if (knp && is_for_any_peer(context.policy, item)) {
      // world-ingress says so of both directions.
      if (!item.to_ports.has_children() && allows_everything(context.policy, Direction::ingress))
        return;
      lint::Finding& finding = report.add(
          item.node, item.to_ports.has_children()
                         ? "an egress rule without `to` allows every destination, here on every "
                           "port of a protocol"
                         : "an egress rule without `to` and `ports` allows everything");
      finding.claim = lint::Claim::opens_to_world;
      finding.strict = is_meant_open(context.policy);
      return;
    }
    const policy::Peers* entities = item.peers_of(PeerKind::entities);
    if (entities == nullptr) return;
    for (const NodeRef entity : entities->list.items())
      if (entity.text() == "world" || entity.text() == "all")
        report.add(entity, "egress to " + quoted(entity.text()) + " on every port").strict =
            is_meant_open(context.policy);
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
and `ports` it allows everything. Name the ports, or better the names with `toFQDNs`. Where the policy
says by its name that it opens to the outside (`internet-egress`), it is a note, unless the profile is `strict`.)",
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
