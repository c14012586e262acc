// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"
#include "rules/peer_scope.h"

namespace cnplint::rules::empty_peer_selector {
namespace {

/// Whether a peer is nothing but empty selectors.
bool is_empty_peer(PeerKind kind, NodeRef peer) {
  if (kind == PeerKind::endpoints) return peer.is_mapping() && policy::matches_everything(peer);
  const NodeRef pods = peer.get("podSelector");
  return kind == PeerKind::network_policy && policy::is_stored(pods) &&
         policy::matches_everything(pods);
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny) return;
    for (const policy::Peers& peers : item.peers)
      for (const NodeRef peer : peers.list.items()) {
        if (peer.is_null() || !is_empty_peer(peers.kind, peer)) continue;
        const PeerScope scope = scope_of(context.policy, peers.kind, peer);
        if (scope == PeerScope::whole_cluster) continue;
        report
            .add(peer,
                 "an empty selector in " + quoted(field_name(peers.list)) +
                     " is every pod of the " +
                     (scope == PeerScope::own_namespace ? "namespace" : "selected namespaces"))
            .strict = true;
      }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-peer-selector",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an empty selector as a peer: every pod of a namespace",
    .why =
        R"(`fromEndpoints: [{}]` of a CiliumNetworkPolicy and `podSelector: {}` of a NetworkPolicy are every pod
of the policy's own namespace, or of those that a namespaceSelector beside it selects; pods that come
later are included. Name the peers by their labels. Legitimate where a namespace is one unit of trust:
a note, unless the profile is `strict`. See cluster-wide-peer for what is every pod of the cluster.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{}]
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
    .facts = "N7 P206",
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_peer_selector
