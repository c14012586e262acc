// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::authentication_always_fails {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    const NodeRef mode = item.node.get("authentication").get("mode");
    if (item.deny || mode.text() != "test-always-fail") return;
    report.add(mode, "`test-always-fail` is for tests of Cilium: what this rule allows is dropped")
        .fix.title = "write `required`, or take `authentication` out";
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "authentication-always-fails",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an authentication mode that drops whatever its rule allows",
    .why =
        R"(With `mode: test-always-fail` no pair of endpoints ever authenticates, so that all traffic of the rule is dropped although
the policy allows it. It exists for tests of Cilium itself.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    authentication: {mode: test-always-fail}
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
    .facts = "P718 A5.7",
    .check_policy = check,
};

}  // namespace cnplint::rules::authentication_always_fails
