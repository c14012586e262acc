// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"
#include "rules/violations.h"

namespace cnplint::rules::unsupported_value {
namespace {

void check(const PolicyContext& context, Report& report) {
  for (const schemas::Violation& violation : context.violations) {
    if (violation.keyword != schemas::Keyword::enumeration) continue;
    lint::Finding& finding = report_violation(context, report, violation);
    const std::vector<std::string_view> allowed(violation.schema->enumeration.begin(),
                                                violation.schema->enumeration.end());
    if (!is_placeholder(violation.node))
      mend_spelling(finding, context.policy, violation.node, allowed);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "unsupported-value",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a value that is not one of those the schema lists",
    .why =
        R"(The API server refuses the object. The lists are case-sensitive: `tcp` is not `TCP`, `in` is not
`In`. What a list holds depends on the Cilium release, which `cilium` in the configuration picks.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: tcp}]}]
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
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .structural = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::unsupported_value
