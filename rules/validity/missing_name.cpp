// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::missing_name {
namespace {

void check(const PolicyContext& context, Report& report) {
  const NodeRef metadata = context.policy.heading.get("metadata");
  const NodeRef name = context.policy.name_at;
  if (!string_of(name).empty() || (name && !name.is_scalar())) return;
  const std::uint8_t refuser = policy::is_cilium(context.policy.kind) ? kCilium : kApiServer;
  report.reject(name       ? name
                : metadata ? metadata
                           : context.policy.heading,
                refuser, "the policy has no `metadata.name`");
}

}  // namespace

CNPLINT_RULE{
    .name = "missing-name",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy without a name",
    .why =
        R"(Every object needs `metadata.name`. Cilium refuses a policy without one, and kubectl does not send
it.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
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
    .check_policy = check,
};

}  // namespace cnplint::rules::missing_name
