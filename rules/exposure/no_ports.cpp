// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include "rules/each.h"
#include "rules/peer_scope.h"

namespace cnplint::rules::no_ports {
namespace {

/// Whether other rules say it already.
bool is_reported_elsewhere(const RuleItem& item) {
  const policy::Peers* entities = item.peers_of(PeerKind::entities);
  if (entities == nullptr || item.direction != Direction::egress) return false;
  return std::ranges::any_of(entities->list.items(), [](NodeRef entity) {
    return entity.text() == "world" || entity.text() == "all";
  });
}

/// Entities that only strict reviewers want ports for: the API server has one port that matters,
/// the node of a pod reaches it anyway, and what comes through the ingress is said elsewhere.
bool is_trusted(NodeRef entity) {
  constexpr std::array<std::string_view, 6> kTrusted{"kube-apiserver", "host",   "remote-node",
                                                     "ingress",        "health", "none"};
  return std::ranges::find(kTrusted, entity.text()) != kTrusted.end();
}

/// Whether only strict reviewers want ports for these peers.
bool is_near(const PolicyContext& context, const policy::Peers& peers) {
  const auto items = peers.list.items();
  return std::ranges::all_of(items, [&](NodeRef peer) {
    if (peers.kind == PeerKind::entities) return is_trusted(peer);
    return scope_of(context.policy, peers.kind, peer) == PeerScope::own_namespace;
  });
}

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || item.to_ports.has_children() || item.icmps.has_children()) return;
    if (is_placeholder(item.to_ports) || is_reported_elsewhere(item)) return;
    for (const policy::Peers& peers : item.peers)
      if (peers.list.has_children()) {
        report.add(peers.list, "no ports: these peers are allowed every port and protocol").strict =
            is_near(context, peers);
        return;
      }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "no-ports",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule that allows its peers every port and protocol",
    .why =
        R"(Without `toPorts` (or with `toPorts: []`, which is the same) a rule allows all ports of TCP, UDP and SCTP
and ICMP. Name the ports that are used: those the pods listen on, not those of the Service. Within the
policy's own namespace, and for the API server and nodes, it is a note, unless the profile is
`strict`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web, app: frontend}}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web, app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P809",
    .check_policy = check,
};

}  // namespace cnplint::rules::no_ports
