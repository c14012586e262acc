// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "rules/each.h"

namespace cnplint::rules::rules_outside_policy_types {
namespace {

bool is_empty_list(NodeRef list) { return list.is_sequence() && !list.has_children(); }

std::string type_of(Direction direction) {
  return direction == Direction::ingress ? "Ingress" : "Egress";
}

/// Whether the types are written and are what they can be: a wrong one has a finding of its own.
bool are_types(NodeRef types) {
  return policy::presence(types) == policy::Presence::filled &&
         std::ranges::all_of(types.items(), [](NodeRef type) {
           return type.text() == "Ingress" || type.text() == "Egress";
         });
}

void check_listed(const policy::Spec& spec, NodeRef types, Direction direction, Report& report) {
  const std::string field(policy::direction_name(direction));
  const std::string type = type_of(direction);
  if (std::ranges::any_of(types.items(), [&](NodeRef each) { return each.text() == type; })) return;
  if (spec.has_items(direction)) {
    lint::Finding& finding = report.add(
        spec.node.get(field), quoted(field) + " has rules, but `policyTypes` does not list " +
                                  quoted(type) + ": Kubernetes ignores them, Cilium enforces them");
    finding.fix = lint::unsafe_fix(
        "add " + quoted(type) + " to `policyTypes`, or take the rules out: closes " + field +
            " of what the policy selects but for what it allows, where " +
            "Kubernetes enforces it; Cilium does already",
        {policy::add_item(types, policy::Value::text(type))});
    finding.notes.push_back({lint::culprit_range(types), "listed here"});
  } else if (const NodeRef list = spec.node.get(field); is_empty_list(list)) {
    report
        .add(list, "empty " + quoted(field) + " denies nothing: `policyTypes` does not list " +
                       quoted(type) + ", so " + field + " stays open")
        .fix =
        lint::unsafe_fix("to deny all " + field + ", add " + quoted(type) +
                             " to `policyTypes`: closes " + field + " of what the policy selects",
                         {policy::add_item(types, policy::Value::text(type))});
  }
}

/// Without policyTypes a policy is for ingress, and for egress where it has rules for it.
void check_inferred(const policy::Spec& spec, Report& report) {
  if (const NodeRef egress = spec.node.get("egress"); is_empty_list(egress)) {
    report
        .add(egress,
             "empty `egress` denies nothing: without `policyTypes` the policy is for ingress only, "
             "so egress stays open")
        .fix = lint::unsafe_fix(
        "to deny all egress, add `policyTypes: [Ingress, Egress]`: closes egress of what the "
        "policy selects",
        {policy::add_entry(spec.node, "policyTypes",
                           policy::Value::texts({"Ingress", "Egress"}).in_line())});
  } else if (spec.has_items(Direction::egress) && !spec.node.get("ingress")) {
    lint::Finding& finding =
        report.add(spec.node.get("egress"),
                   "without `policyTypes` the policy is for ingress as well: all of it is denied");
    finding.severity = lint::Severity::note;
    finding.fix.title =
        "say so with `policyTypes: [Ingress, Egress]`, or leave ingress alone with "
        "`policyTypes: [Egress]`";
  }
}

void check(const PolicyContext& context, Report& report) {
  if (context.policy.kind != policy::PolicyKind::network_policy) return;
  for (const policy::Spec& spec : context.policy.specs) {
    const NodeRef types = spec.node.get("policyTypes");
    if (are_types(types))
      for (const Direction direction : {Direction::ingress, Direction::egress})
        check_listed(spec, types, direction, report);
    else if (policy::presence(types) != policy::Presence::filled)
      check_inferred(spec, report);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "rules-outside-policy-types",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary =
        "rules, or an empty list, of a NetworkPolicy in a direction that its policyTypes leaves "
        "out",
    .why =
        R"(Kubernetes says that such rules are ignored, and that the direction is left as it is. Cilium enforces
them all the same, and with them the pods are in default deny in that direction: the same file means
two things. An empty list is no rule: `egress: []` denies egress only where `policyTypes` lists
`Egress`, and without `policyTypes` a policy is for ingress, and for egress only where it has rules
for it. Write both directions that are meant into `policyTypes`.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
    ports: [{port: 8080, protocol: TCP}]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
    ports: [{port: 8080, protocol: TCP}]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Egress, Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
    ports: [{port: 8080, protocol: TCP}]
)"},
    .facts = "A6",
    .check_policy = check,
};

}  // namespace cnplint::rules::rules_outside_policy_types
