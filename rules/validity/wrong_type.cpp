// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "schemas/validator.h"

namespace cnplint::rules::wrong_type {
namespace {

/// Who refuses it: a null in a list is nothing to Cilium, and the vectors of admission take the
/// types of what else is inside metadata for a matter of Cilium's decoder alone.
std::uint8_t refused_by(const PolicyContext& context, const schemas::Violation& violation) {
  if (!policy::is_cilium(context.policy.kind)) return kApiServer;
  const std::string_view list = field_name(violation.node.parent());
  if (violation.node.is_null()) return list == "specs" ? kApiServer | kCilium : kApiServer;
  if (list == "labels" && violation.node.is_string()) return kApiServer;  // Cilium parses labels
  const std::string path = violation.path();
  if (path == "metadata.name" || path == "metadata.namespace") return kApiServer | kCilium;
  return path.starts_with("metadata.") ? kCilium : kApiServer | kCilium;
}

void check(const PolicyContext& context, Report& report) {
  for (const schemas::Violation& violation : context.violations)
    if (violation.keyword == schemas::Keyword::type)
      report.reject(violation.node, refused_by(context, violation),
                    schemas::describe(violation, context.schema));
}

}  // namespace

CNPLINT_RULE{
    .name = "wrong-type",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a value of another type than the schema has",
    .why =
        R"(YAML decides types by the look of a value: a bare `80` is a number, a bare `on`, `yes` or `y` a
boolean, and `010` the number 8. The API server refuses the object when a string is expected there,
and Cilium cannot decode it either. Put the value in quotes.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: 8080, protocol: TCP}]}]
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

}  // namespace cnplint::rules::wrong_type
