// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::dns_rules_on_ingress {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem& item, const policy::PortRule& rule) {
    if (item.direction == Direction::ingress && rule.rules.get("dns").has_children())
      report.reject(rule.rules.get("dns"), kCilium, "DNS rules are only possible on egress");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "dns-rules-on-ingress",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "DNS rules on ingress",
    .why =
        R"(The DNS proxy looks at questions that endpoints ask, so DNS rules exist on egress only.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "53", protocol: UDP}]
      rules: {dns: [{matchPattern: "*"}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "53", protocol: UDP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::dns_rules_on_ingress
