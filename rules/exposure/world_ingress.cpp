// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::world_ingress {
namespace {

void check_entities(const policy::Peers& peers, Report& report) {
  for (const NodeRef entity : peers.list.items())
    if (entity.text() == "world" || entity.text() == "all")
      report.add(entity, "ingress from " + quoted(entity.text()) +
                             (entity.text() == "all" ? ": every pod, node and outside address"
                                                     : ": every address outside the cluster"));
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || item.host || item.direction != Direction::ingress) return;
    if (const policy::Peers* entities = item.peers_of(PeerKind::entities))
      check_entities(*entities, report);
    const bool knp = context.policy.kind == policy::PolicyKind::network_policy;
    const bool any_peer = item.peers.empty() || (knp && !item.peers.front().list.has_children());
    if (any_peer && item.to_ports.has_children())
      report.add(item.to_ports, "ingress without peers: anybody is admitted on these ports");
    else if (any_peer && knp)
      report.add(item.node, "an ingress rule without `from` and `ports` admits everything").claim =
          lint::Claim::opens_to_world;
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "world-ingress",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "ingress from everywhere",
    .why =
        R"(`fromEntities: [world]` admits every address outside the cluster, `all` admits pods and nodes as well,
and an item with ports but without peers admits anybody on these ports. Legitimate for what serves
the public without an Ingress in front: allow it with a reason.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [world]
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

}  // namespace cnplint::rules::world_ingress
