// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/scalar.h"
#include "rules/each.h"
#include "schemas/validator.h"

namespace cnplint::rules::value_out_of_range {
namespace {

void check(const PolicyContext& context, Report& report) {
  using schemas::Keyword;
  constexpr std::int64_t kLargestPort = 65535;
  for (const schemas::Violation& violation : context.violations) {
    const Keyword keyword = violation.keyword;
    const bool number = keyword == Keyword::minimum || keyword == Keyword::maximum;
    if (!number && keyword != Keyword::min_items && keyword != Keyword::max_items) continue;
    // Cilium decodes some numbers into types that cannot hold what is below zero or too large.
    const auto value = policy::integer_value(violation.node.text(), violation.node.type());
    const bool small_type = field_name(violation.node) == "priority";
    const bool undecodable = number && small_type && value && (*value < 0 || *value > kLargestPort);
    report.reject(violation.node, undecodable ? kApiServer | kCilium : kApiServer,
                  schemas::describe(violation, context.schema));
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "value-out-of-range",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a number or a count beyond the limits of the schema",
    .why =
        R"(The API server refuses the object: a number is too small or too large, or a list has too few or
too many items (40 ports in one entry of `toPorts`, for example).)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", endPort: 70000, protocol: TCP}]}]
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

}  // namespace cnplint::rules::value_out_of_range
