// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::server_names_with_l7 {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem& item, const policy::PortRule& rule) {
    const NodeRef names = rule.node.get("serverNames");
    if (item.deny || !names.has_children() || policy::is_stored(rule.node.get("terminatingTLS")) ||
        !l7_kinds(rule, context.environment.cilium).any())
      return;
    report.reject(names, kCilium, "`serverNames` beside L7 rules needs `terminatingTLS`");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "server-names-with-l7",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "serverNames beside L7 rules without terminatingTLS",
    .why =
        R"(The server name is read from the TLS handshake and the L7 rules from what is inside. Both need the
proxy to terminate TLS: give `terminatingTLS`, or drop one of the two.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      serverNames: [api.example.com]
      rules: {http: [{method: GET}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      serverNames: [api.example.com]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::server_names_with_l7
