// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"
#include "schemas/validator.h"

namespace cnplint::rules::null_field {
namespace {

std::string meaning_of(const PolicyContext& context, NodeRef field) {
  const NodeRef object = field.parent();
  for (const policy::Spec& spec : context.policy.specs)
    for (const RuleItem& item : spec.items)
      if (item.node == object && item.peers.empty() && item.to_ports.has_children())
        return "the rule is left without peers: it holds for any peer on these ports";
  for (const policy::SelectorUse& use : context.selectors)
    if ((use.selector == object || use.selector == object.parent()) && use.requirements.empty())
      return "the selector is left without conditions: it matches everything in its scope";
  return {};
}

void check(const PolicyContext& context, Report& report) {
  for (const schemas::Violation& violation : context.violations) {
    if (violation.keyword != schemas::Keyword::null_field) continue;
    // What the API server writes itself is no mistake of the author.
    if (field_name(violation.node) == "creationTimestamp") continue;
    lint::Finding& finding =
        report.add(violation.node, schemas::describe(violation, context.schema));
    if (const std::string meaning = meaning_of(context, violation.node); !meaning.empty())
      finding.notes.push_back({{}, meaning});
    else
      finding.fix = lint::safe_fix("take it out", {policy::remove(violation.node)});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "null-field",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a field that is null, which is the same as leaving it out",
    .why =
        R"(The API server drops nulls. `fromEndpoints:` with nothing behind it is no empty list but no
field at all, and beside `toPorts` that means every peer; `matchLabels: {app: }` matches every pod.
It is the usual result of a template whose list was empty. Write `[]` where nothing is meant, or
take the field out.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
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

}  // namespace cnplint::rules::null_field
