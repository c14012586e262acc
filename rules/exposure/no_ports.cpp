// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "rules/each.h"

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

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || item.to_ports.has_children() || item.icmps.has_children()) return;
    if (is_placeholder(item.to_ports) || is_reported_elsewhere(item)) return;
    for (const policy::Peers& peers : item.peers)
      if (peers.list.has_children()) {
        report.add(peers.list, "no ports: these peers are allowed every port and protocol");
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
and ICMP. Name the ports that are used: those the pods listen on, not those of the Service.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
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

}  // namespace cnplint::rules::no_ports
