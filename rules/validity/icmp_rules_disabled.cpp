// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::icmp_rules_disabled {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (context.environment.icmp_rules) return;
  each_checked_item(context, [&](const RuleItem& item) {
    if (item.icmps.has_children())
      report.reject(item.icmps, kCilium,
                    "ICMP rules are off in this cluster (environment.icmpRules)");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "icmp-rules-disabled",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "icmps where ICMP rules are off",
    .why = R"(With `enable-icmp-rules: false` Cilium refuses policies with `icmps`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - icmps: [{fields: [{type: EchoRequest, family: IPv4}]}]
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
                R"(environment: {icmpRules: false}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::icmp_rules_disabled
