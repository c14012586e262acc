// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::l7_without_proxy {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (context.environment.l7_proxy) return;
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    if (l7_kinds(rule, context.environment.cilium).any())
      report.reject(rule.rules, kCilium,
                    "L7 rules need the L7 proxy, which is off (environment.l7Proxy)");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "l7-without-proxy",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "L7 rules where the L7 proxy is off",
    .why = R"(With `enable-l7-proxy: false` Cilium refuses policies with L7 rules.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                {},
                R"(environment: {l7Proxy: false}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::l7_without_proxy
