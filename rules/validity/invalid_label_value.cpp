// SPDX-License-Identifier: Apache-2.0
#include "base/blanks.h"
#include "policy/model/label.h"
#include "rules/each.h"
#include "rules/joined_words.h"

namespace cnplint::rules::invalid_label_value {
namespace {

constexpr std::string_view kWithExpression =
    "`matchExpressions` with the operator `In` and the values";

std::string value_problem(const policy::Requirement& requirement, std::string_view text) {
  constexpr std::string_view kBetween = ",;|";
  if (text.find_first_of(kBetween) != std::string_view::npos) {
    std::string several =
        requirement.match_label
            ? joined_problem(text, "values", kWithExpression, policy::is_label_value)
            : joined_problem(text, "values", "an item for each of", policy::is_label_value);
    if (!several.empty()) return several;
  }
  return quoted(text) + " is not a valid label value" + base::blanks_hint(text);
}

void check(const PolicyContext& context, Report& report) {
  const std::uint8_t refuser = policy::is_cilium(context.policy.kind) ? kCilium : kApiServer;
  for (const policy::SelectorUse& use : context.selectors) {
    if (use.role == policy::SelectorUse::Role::service) continue;  // Cilium does not check these
    for (const policy::Requirement& requirement : use.requirements)
      for (const NodeRef value : requirement.values) {
        if (!value.is_string() || is_placeholder(value) || policy::is_label_value(value.text()))
          continue;
        lint::Finding& finding =
            report.reject(value, refuser, value_problem(requirement, value.text()));
        if (value.text().find('*') != std::string_view::npos)
          finding.notes.push_back({{}, "label values are compared exactly, `*` is no wildcard"});
      }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-label-value",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a value in a selector that no label can have",
    .why =
        R"(A label value has at most 63 characters, letters and digits at its ends and `-`, `_`, `.`
inside; it may be empty. Selectors compare exactly: `*` is no wildcard. The API server checks
`matchLabels` only, values of expressions are refused by Cilium alone.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector:
    matchExpressions: [{key: app, operator: In, values: ["cart-*"]}]
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

}  // namespace cnplint::rules::invalid_label_value
