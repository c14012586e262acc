// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/yaml/scalar.h"
#include "rules/each.h"

namespace cnplint::rules::default_deny_without_rules {
namespace {

bool is_true(NodeRef flag) {
  return flag.is_scalar() && flag.type() == policy::ScalarType::boolean &&
         policy::boolean_value(flag.text());
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs) {
    if (spec.items.empty()) continue;  // policy-without-rules
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      const std::string name(policy::direction_name(direction));
      const NodeRef flag = spec.node.get("enableDefaultDeny").get(name);
      if (!is_true(flag) || spec.has_items(direction)) continue;
      report
          .add(flag, "`" + name + ": true` has no effect: there is no rule in `" + name + "` or `" +
                         name + "Deny`, so this policy does not close " + name)
          .fix =
          lint::unsafe_fix("to deny all " + name + ", add `" + name + ": [{}]`: closes " + name +
                               " of what the policy selects, but for what others allow",
                           {policy::add_to_list(spec.node, name, {policy::Value::map()})});
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "default-deny-without-rules",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "`enableDefaultDeny` for a direction without a rule",
    .why =
        R"(`enableDefaultDeny` says what the rules of a direction do beside allowing and denying: it is a property
of rules. Where a policy has no rule in the direction there is nothing that has it, and the
direction is not enforced at all: what looks denied is open. An item without content is such a rule:
`ingress: [{}]` allows nobody and switches the direction to default deny.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  enableDefaultDeny: {ingress: true, egress: true}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  enableDefaultDeny: {ingress: true, egress: true}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  egress: [{}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  enableDefaultDeny: {ingress: true, egress: true}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  egress:
  - {}
)"},
    .facts = "A1.1",
    .check_policy = check,
};

}  // namespace cnplint::rules::default_deny_without_rules
