// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::mixed_peer_kinds {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_item(context, [&](const RuleItem& item) {
    const policy::Peers* first = nullptr;
    for (const policy::Peers& peers : item.peers) {
      if (!peers.list.has_children()) continue;
      if (first == nullptr) {
        first = &peers;
        continue;
      }
      lint::Finding& finding =
          report.reject(peers.list, kCilium,
                        quoted(field_name(first->list)) + " and " + quoted(field_name(peers.list)) +
                            " cannot stand in one rule item");
      finding.notes.push_back({lint::culprit_range(first->list), "the other kind of peers"});
      std::vector<std::string_view> lists;
      for (const policy::Peers& each : item.peers) lists.push_back(field_name(each.list));
      mend(finding, context.policy, "split the item in two",
           split_item(item.node, peers.list, lists));
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "mixed-peer-kinds",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule item with more than one kind of peers",
    .why =
        R"(Cilium takes one kind of peers in an item: endpoints, CIDRs, CIDR sets, entities, nodes, names,
services or groups. With two it refuses the whole policy. Split the item: several items are
alternatives, which is what was meant.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    fromEntities: [ingress]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  - fromEntities: [ingress]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities:
    - ingress
  - fromEndpoints: [{matchLabels: {app: frontend}}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::mixed_peer_kinds
