// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"

namespace cnplint::rules::list_item_split {
namespace {

/// Entities are left out: "the cluster on every port, everybody on these" is a usual rule.
bool only_peers(const RuleItem& item) {
  return item.peers.size() == 1 && item.peers.front().kind != PeerKind::entities &&
         item.peers.front().list.has_children() && !item.to_ports && !item.icmps;
}
bool only_ports(const RuleItem& item) { return item.peers.empty() && item.to_ports.has_children(); }

void check(const PolicyContext& context, Report& report) {
  for (const policy::Spec& spec : context.policy.specs)
    for (std::size_t i = 1; i < spec.items.size(); ++i) {
      const RuleItem& first = spec.items[i - 1];
      const RuleItem& second = spec.items[i];
      if (!(first.node.parent() == second.node.parent()) || !only_peers(first) ||
          !only_ports(second))
        continue;
      const std::string ports(field_name(second.to_ports));
      lint::Finding& finding = report.add(
          second.to_ports, quoted(ports) + " is an item of its own: it holds for any peer");
      finding.notes.push_back({lint::culprit_range(first.peers.front().list),
                               "and these peers are left with every port"});
      finding.fix = "remove the dash before " + quoted(ports);
    }
}

}  // namespace

CNPLINT_RULE{
    .name = "list-item-split",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a dash too much that splits one rule into two",
    .why =
        R"(Items of a list are alternatives. `- fromEndpoints` and then `- toPorts` are two rules: these peers on
every port, and anybody on these ports. Without the second dash it is one rule: these peers on
these ports.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
  - toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
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

}  // namespace cnplint::rules::list_item_split
