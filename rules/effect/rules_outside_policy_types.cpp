// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "rules/each.h"

namespace cnplint::rules::rules_outside_policy_types {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (context.policy.kind != policy::PolicyKind::network_policy) return;
  for (const policy::Spec& spec : context.policy.specs) {
    const NodeRef types = spec.node.get("policyTypes");
    const auto is_type = [](NodeRef type) {
      return type.text() == "Ingress" || type.text() == "Egress";
    };
    // A wrong type has a finding of its own.
    if (policy::presence(types) != policy::Presence::filled ||
        !std::ranges::all_of(types.items(), is_type))
      continue;
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      const std::string field(policy::direction_name(direction));
      const std::string type = direction == Direction::ingress ? "Ingress" : "Egress";
      const bool listed =
          std::ranges::any_of(types.items(), [&](NodeRef each) { return each.text() == type; });
      if (!spec.has_items(direction) || listed) continue;
      report.add(spec.node.get(field),
                 quoted(field) + " has rules, but `policyTypes` does not list " + quoted(type) +
                     ": Kubernetes ignores them, Cilium enforces them");
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "rules-outside-policy-types",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "rules of a NetworkPolicy in a direction that its policyTypes does not list",
    .why =
        R"(Kubernetes says that such rules are ignored, and that the direction is left as it is. Cilium enforces
them all the same, and with them the pods are in default deny in that direction. Add the direction
to `policyTypes`, or take the rules out.)",
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
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::rules_outside_policy_types
