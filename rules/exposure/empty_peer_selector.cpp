// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"

namespace cnplint::rules::empty_peer_selector {
namespace {

std::string meaning(const PolicyContext& context, NodeRef peer) {
  if (context.policy.clusterwide()) return "every pod of the cluster";
  if (context.policy.kind != policy::PolicyKind::network_policy)
    return "every pod of the namespace";
  const NodeRef namespaces = peer.get("namespaceSelector");
  if (!policy::is_stored(namespaces)) return "every pod of the namespace";
  return policy::matches_everything(namespaces) ? "every pod of every namespace"
                                                : "every pod of the selected namespaces";
}

bool is_empty_peer(PeerKind kind, NodeRef peer) {
  if (kind == PeerKind::endpoints) return peer.is_mapping() && policy::matches_everything(peer);
  if (kind != PeerKind::network_policy || policy::is_stored(peer.get("ipBlock"))) return false;
  const NodeRef pods = peer.get("podSelector");
  const NodeRef namespaces = peer.get("namespaceSelector");
  // A peer that names nothing is refused.
  if (!policy::is_stored(pods) && !policy::is_stored(namespaces)) return false;
  const auto empty = [](NodeRef selector) {
    return !policy::is_stored(selector) || policy::matches_everything(selector);
  };
  return empty(pods) && (policy::is_stored(pods) || empty(namespaces));
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny) return;
    for (const policy::Peers& peers : item.peers)
      for (const NodeRef peer : peers.list.items())
        if (!peer.is_null() && is_empty_peer(peers.kind, peer))
          report.add(peer, "an empty selector in " + quoted(field_name(peers.list)) + " is " +
                               meaning(context, peer));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-peer-selector",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an empty selector as a peer",
    .why =
        R"(What `{}` means depends on the kind of policy. In a CiliumNetworkPolicy `fromEndpoints: [{}]` is every
pod of the policy's own namespace; in a CiliumClusterwideNetworkPolicy every pod that Cilium manages,
in all namespaces; in a NetworkPolicy `podSelector: {}` is every pod of the own namespace, and
`namespaceSelector: {}` every namespace. Name the peers by their labels. Legitimate where a
namespace is one unit of trust: allow it with a reason.)",
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
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_peer_selector
