// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::authentication_without_mutual_auth {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (context.environment.mutual_auth || !policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    const NodeRef authentication = item.node.get("authentication");
    const NodeRef mode = authentication.get("mode");
    if (!item.deny && policy::is_stored(authentication) && !is_placeholder(mode) &&
        mode.text() != "disabled" && mode.text() != "test-always-fail")
      report.add(
          authentication,
          "authentication needs mutual authentication, which is off (environment.mutualAuth)");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "authentication-without-mutual-auth",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "authentication where mutual authentication is off",
    .why =
        R"(`authentication: {mode: required}` asks for mutual authentication, which is off by default. Cilium 1.20
then marks the policy as not valid, though it enforces the rest; earlier releases say nothing. Where
the cluster has it on, say so: `environment: {mutualAuth: true}`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    authentication: {mode: required}
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
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
    .once_per_folder = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::authentication_without_mutual_auth
