// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::invalid_proxylib_rule {
namespace {

constexpr policy::Release kLastWithProxylib{19};

void check(const PolicyContext& context, Report& report) {
  if (context.environment.cilium > kLastWithProxylib) return;
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    const NodeRef l7 = rule.rules.get("l7");
    if (l7.has_children() && string_of(rule.rules.get("l7proto")).empty())
      report.reject(l7, kCilium, "`l7` needs `l7proto`");
    for (const NodeRef each : l7.items())
      for (const policy::Entry& entry : each.entries())
        if (entry.key.text().empty()) report.reject(entry.key, kCilium, "an empty key in `l7`");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-proxylib-rule",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "l7 rules without l7proto, or with an empty key (up to Cilium 1.19)",
    .why =
        R"(Rules of a proxylib parser name the parser in `l7proto`, and their keys are not empty. Cilium 1.20
has neither.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "9042", protocol: TCP}]
      rules: {l7proto: cassandra, l7: [{"": select}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "9042", protocol: TCP}]
      rules: {l7proto: cassandra, l7: [{query_action: select}]}
)",
                {},
                R"(cilium: "1.19"
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_proxylib_rule
