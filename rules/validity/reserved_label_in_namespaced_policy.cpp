// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::reserved_label_in_namespaced_policy {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (context.policy.kind != policy::PolicyKind::cilium_network_policy) return;
  for (const policy::Spec& spec : context.policy.specs)
    for (const policy::Requirement& requirement : policy::requirements(spec.endpoint_selector)) {
      const bool positive = requirement.op == "In" || requirement.op == "Exists";
      if (positive && string_of(requirement.key).starts_with("reserved:"))
        report.add(requirement.key, quoted(requirement.key.text()) +
                                        " never matches here: the policy selects endpoints of its "
                                        "namespace, and reserved ones have none");
    }
}

}  // namespace

CNPLINT_RULE{
    .name = "reserved-label-in-namespaced-policy",
    .family = lint::Family::validity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a reserved label in the endpointSelector of a CiliumNetworkPolicy",
    .why =
        R"(Cilium adds the policy's namespace to the selector, and endpoints with a reserved label (`init`,
`health`, `ingress`, `host`) belong to no namespace: the policy selects nothing. Up to 1.19 the
preflight check refuses `reserved:init` there. Use a CiliumClusterwideNetworkPolicy.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {"reserved:init": ""}}
  ingress: [{}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector: {matchLabels: {"reserved:init": ""}}
  ingress: [{}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::reserved_label_in_namespaced_policy
