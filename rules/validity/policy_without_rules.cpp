// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"

namespace cnplint::rules::policy_without_rules {
namespace {

constexpr policy::Release kFirst{18};

bool has_rules(NodeRef spec) {
  for (const char* field : {"ingress", "ingressDeny", "egress", "egressDeny"}) {
    const NodeRef list = spec.get(field);
    if (list.has_children() || is_placeholder(list)) return true;
  }
  return false;
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind) || context.environment.cilium < kFirst) return;
  for (const policy::Spec& spec : context.policy.specs) {
    if (has_rules(spec.node) || !spec.node.is_mapping()) continue;
    lint::Finding& finding = report.reject(
        spec.node, kCilium, "no rule in `ingress`, `ingressDeny`, `egress` and `egressDeny`");
    for (const char* field : {"ingress", "egress", "ingressDeny", "egressDeny"})
      if (const NodeRef list = spec.node.get(field)) {
        finding.range = lint::culprit_range(list);
        finding.fix = lint::unsafe_fix(
            "to deny everything in this direction, write `" + std::string(field) +
                ": [{}]`: closes it for what the policy selects, but for what others allow",
            {policy::set(list, policy::Value::list({policy::Value::map()}).in_line())});
        break;
      }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "policy-without-rules",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy whose four rule lists are all empty or absent",
    .why =
        R"(`ingress: []` reads like "deny all ingress" and is what NetworkPolicy means by it. The API server
accepts it, and Cilium since 1.18 refuses the policy because no list has an item: nothing is enforced
and nothing is denied. Before 1.18 it was taken and did nothing. To deny everything write
`ingress: [{}]`, an item that allows nothing.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: []
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
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

}  // namespace cnplint::rules::policy_without_rules
