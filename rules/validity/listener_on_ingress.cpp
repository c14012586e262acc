// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::listener_on_ingress {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem& item, const policy::PortRule& rule) {
    const NodeRef listener = rule.node.get("listener");
    if (item.direction == Direction::ingress && !item.deny && policy::is_stored(listener))
      report.reject(listener, kCilium, "`listener` is only possible on egress");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "listener-on-ingress",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a listener on ingress",
    .why = R"(Redirecting to a listener of a CiliumEnvoyConfig is only possible on egress.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      listener: {envoyConfig: {kind: CiliumEnvoyConfig, name: filters}, name: checkout}
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

}  // namespace cnplint::rules::listener_on_ingress
