// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::node_peers_disabled {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (context.environment.node_selector_labels) return;
  each_checked_item(context, [&](const RuleItem& item) {
    const policy::Peers* nodes = item.peers_of(PeerKind::nodes);
    if (nodes != nullptr && nodes->list.has_children())
      report.reject(nodes->list, kCilium,
                    quoted(field_name(nodes->list)) +
                        " needs the agent option enable-node-selector-labels, which is off "
                        "(environment.nodeSelectorLabels)");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "node-peers-disabled",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "fromNodes or toNodes where the agent does not know node labels",
    .why =
        R"(Without the agent option `enable-node-selector-labels`, which is off by default, Cilium refuses a
policy with node peers. Where the cluster has it on, say so in the configuration:
`environment: {nodeSelectorLabels: true}`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromNodes: [{matchLabels: {node-role.kubernetes.io/control-plane: ""}}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [remote-node]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::node_peers_disabled
