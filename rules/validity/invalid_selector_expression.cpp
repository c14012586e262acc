// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "base/nearest.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::invalid_selector_expression {
namespace {

constexpr std::array<std::string_view, 4> kOperators{"In", "NotIn", "Exists", "DoesNotExist"};

bool is_operator(std::string_view op) {
  return std::ranges::find(kOperators, op) != kOperators.end();
}

std::string problem(const policy::Requirement& requirement) {
  if (requirement.match_label) return {};
  const bool takes_values = requirement.op == "In" || requirement.op == "NotIn";
  if (!is_operator(requirement.op))
    return "unknown operator " + quoted(requirement.op) +
           base::allowed_values_hint(requirement.op, kOperators);
  if (takes_values && requirement.values.empty())
    return quoted(requirement.op) + " needs at least one value";
  if (!takes_values && !requirement.values.empty())
    return quoted(requirement.op) + " takes no values";
  return {};
}

void check(const PolicyContext& context, Report& report) {
  const std::uint8_t refuser = policy::is_cilium(context.policy.kind) ? kCilium : kApiServer;
  for (const policy::SelectorUse& use : context.selectors) {
    if (use.role == policy::SelectorUse::Role::service) continue;  // Cilium does not check these
    for (const policy::Requirement& requirement : use.requirements) {
      const NodeRef op = requirement.where.get("operator");
      if (is_placeholder(op) || is_placeholder(requirement.where.get("values"))) continue;
      const std::string message = problem(requirement);
      if (message.empty()) continue;
      lint::Finding& finding =
          report.reject(op && !op.is_null() ? op : requirement.where, refuser, message);
      if (!is_operator(requirement.op)) mend_spelling(finding, context.policy, op, kOperators);
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-selector-expression",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an expression of a selector that no release understands",
    .why =
        R"(`In` and `NotIn` need values, `Exists` and `DoesNotExist` take none, and there are no other
operators; their names are case-sensitive. One such expression makes Cilium refuse the whole
policy, and the API server does not check the values.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector:
    matchExpressions: [{key: app, operator: In, values: []}]
  ingress: [{}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_selector_expression
