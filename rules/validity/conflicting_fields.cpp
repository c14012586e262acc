// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/violations.h"

namespace cnplint::rules::conflicting_fields {
namespace {

void check(const PolicyContext& context, Report& report) {
  report_violations(context, report, {schemas::Keyword::one_of, schemas::Keyword::any_of});
}

}  // namespace

CNPLINT_RULE{
    .name = "conflicting-fields",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "fields that exclude each other, or none of several of which one is needed",
    .why =
        R"(The API server refuses the object: of a group of fields exactly one, or at least one, must be
there. An empty or null field counts as missing.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {}
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

}  // namespace cnplint::rules::conflicting_fields
