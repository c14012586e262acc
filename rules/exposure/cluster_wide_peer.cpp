// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/dns_only.h"
#include "rules/each.h"
#include "rules/intent.h"
#include "rules/peer_scope.h"

namespace cnplint::rules::cluster_wide_peer {
namespace {

/// How the reader wrote it.
std::string written(const policy::Policy& policy, PeerKind kind, NodeRef peer) {
  if (kind == PeerKind::network_policy) return "an empty `namespaceSelector`";
  return policy.clusterwide() && policy::matches_everything(peer)
             ? "an empty selector in a policy of the cluster"
             : "a selector for any namespace";
}

void check_peers(const PolicyContext& context, const RuleItem& item, const policy::Peers& peers,
                 Report& report) {
  for (const NodeRef peer : peers.list.items()) {
    if (peers.kind == PeerKind::entities && peer.text() == "cluster") {
      report.add(peer, "`cluster` is every pod and node of the cluster").strict = true;
    } else if (scope_of(context.policy, peers.kind, peer) == PeerScope::whole_cluster) {
      const std::string who = item.direction == Direction::ingress ? " is admitted" : " is reached";
      lint::Finding& finding =
          report.add(peer, written(context.policy, peers.kind, peer) +
                               " is every pod of every namespace: the whole cluster" + who);
      finding.claim = lint::Claim::opens_to_pods;
      finding.strict = is_meant_open(context.policy);
      finding.fix.title = "name the namespaces, or the pods by their labels";
    }
  }
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || is_dns_only(item)) return;
    for (const policy::Peers& peers : item.peers) check_peers(context, item, peers, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "cluster-wide-peer",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a peer that is every pod of the cluster",
    .why =
        R"(What `{}` means depends on the kind of policy. In a CiliumClusterwideNetworkPolicy `fromEndpoints: [{}]`
is every pod that Cilium manages, in all namespaces, not those of the same namespace; in a NetworkPolicy
`namespaceSelector: {}` without a podSelector is the same, and in a CiliumNetworkPolicy a selector that
asks only for some namespace (`io.kubernetes.pod.namespace` with `Exists`). Whoever runs a pod anywhere
is let in. The entity `cluster`, which says so itself, is a note unless the profile is `strict`. Rules
for the ports of DNS are not reported.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: within-namespaces}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: within-namespace, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "N9 N10 P302",
    .check_policy = check,
};

}  // namespace cnplint::rules::cluster_wide_peer
