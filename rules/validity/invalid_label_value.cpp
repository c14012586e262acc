// SPDX-License-Identifier: Apache-2.0
#include "base/blanks.h"
#include "policy/model/label.h"
#include "rules/each.h"
#include "rules/joined_words.h"
#include "rules/mending.h"

namespace cnplint::rules::invalid_label_value {
namespace {

constexpr std::string_view kWithExpression =
    "`matchExpressions` with the operator `In` and the values";

policy::Value expression_of(const policy::Requirement& requirement,
                            const std::vector<std::string>& values) {
  return policy::Value::map({{"key", policy::Value::text(std::string(string_of(requirement.key)))},
                             {"operator", policy::Value::text("In")},
                             {"values", policy::Value::texts(values)}})
      .in_line();
}

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

/// Writes several values that stand in one text as several, and a value without blanks around it.
void mend_value(lint::Finding& finding, const policy::Policy& policy,
                const policy::Requirement& requirement, NodeRef value) {
  const std::string_view plain = base::without_blanks(value.text());
  if (policy::is_label_value(plain)) {
    mend(finding, policy, "write " + quoted(plain), {policy::set_text(value, std::string(plain))});
    return;
  }
  const std::vector<std::string> words = joined_words(value.text());
  if (words.empty() || !std::ranges::all_of(words, policy::is_label_value)) return;
  policy::Changes changes;
  if (!requirement.match_label) {
    changes = items_for(value, words);
  } else if (const NodeRef labels = value.parent(); labels.child_count() == 1) {
    changes = {policy::rename(labels, "matchExpressions"),
               policy::set(labels, policy::Value::list({expression_of(requirement, words)}))};
  } else {
    changes = {policy::remove(value), policy::add_to_list(labels.parent(), "matchExpressions",
                                                          {expression_of(requirement, words)})};
  }
  mend(finding, policy, "write them as values of an expression", std::move(changes));
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
        else
          mend_value(finding, context.policy, requirement, value);
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
