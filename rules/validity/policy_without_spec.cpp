// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::policy_without_spec {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  const NodeRef root = context.policy.root;
  if (!policy::is_stored(root.get("spec")) && !policy::is_stored(root.get("specs")))
    report.reject(root, kCilium, "neither `spec` nor `specs` is given");
}

}  // namespace

CNPLINT_RULE{
    .name = "policy-without-spec",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy with neither spec nor specs",
    .why =
        R"(There is nothing in it. Usually the indentation is wrong and the fields of `spec` stand at the top
level, where the API server drops them.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
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
    .check_policy = check,
};

}  // namespace cnplint::rules::policy_without_spec
