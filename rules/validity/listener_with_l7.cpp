// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::listener_with_l7 {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem& item, const policy::PortRule& rule) {
    const NodeRef listener = rule.node.get("listener");
    if (!item.deny && policy::is_stored(listener) &&
        l7_kinds(rule, context.environment.cilium).any())
      report.reject(listener, kCilium, "`listener` and L7 `rules` exclude each other");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "listener-with-l7",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a listener beside L7 rules",
    .why =
        R"(The listener decides what happens to the connection, so Cilium takes no L7 rules beside it.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: checkout}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      listener: {envoyConfig: {kind: CiliumEnvoyConfig, name: filters}, name: checkout}
      rules: {http: [{method: GET}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: checkout}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      listener: {envoyConfig: {kind: CiliumEnvoyConfig, name: filters}, name: checkout}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::listener_with_l7
