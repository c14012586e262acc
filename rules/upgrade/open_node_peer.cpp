// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::open_node_peer {
namespace {

void check(const PolicyContext& context, Report& report) {
  constexpr policy::Release kRemoteNodesOnly{18};
  if (context.environment.cilium >= kRemoteNodesOnly) return;
  each_checked_peer(context, PeerKind::nodes, [&](const RuleItem& item, NodeRef selector) {
    if (!policy::matches_everything(selector)) return;
    lint::Finding& finding =
        report.add(selector,
                   "before Cilium 1.18 this is everything, pods and the outside included: "
                   "nodes are not asked for");
    finding.fix.title = item.direction == Direction::ingress
                            ? "write `fromEntities: [remote-node]`, or name a label of the nodes"
                            : "write `toEntities: [remote-node]`, or name a label of the nodes";
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "open-node-peer",
    .family = lint::Family::upgrade,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a selector of all nodes that selects everything, before Cilium 1.18",
    .why =
        R"(`fromNodes` and `toNodes` are limited to nodes since 1.18 (and 1.17.2, CVE-2025-30163). Before, a selector without conditions
matches whatever there is: pods, nodes and addresses outside the cluster.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromNodes: [{}]
    toPorts: [{ports: [{port: "9100", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromNodes: [{matchLabels: {pool: monitoring}}]
    toPorts: [{ports: [{port: "9100", protocol: TCP}]}]
)",
                {},
                "cilium: \"1.17\"\nenvironment: {nodeSelectorLabels: true}\n"},
    .facts = "N12 P215",
    .check_policy = check,
};

}  // namespace cnplint::rules::open_node_peer
