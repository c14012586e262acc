// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::two_selectors {
namespace {

void check(const PolicyContext& context, Report& report) {
  for (const policy::Spec& spec : context.policy.specs)
    if (spec.endpoint_selector && spec.node_selector)
      report
          .reject(spec.node, kCilium,
                  "`endpointSelector` and `nodeSelector` exclude each other, split the policy")
          .range = lint::culprit_range(spec.node_selector);
}

}  // namespace

CNPLINT_RULE{
    .name = "two-selectors",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule with both endpointSelector and nodeSelector",
    .why =
        R"(A rule is about endpoints or about nodes, not about both. Split it into two policies; the one for
nodes must be a CiliumClusterwideNetworkPolicy.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector: {}
  nodeSelector: {}
  ingress: [{fromEntities: [cluster]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  nodeSelector: {}
  ingress: [{fromEntities: [cluster]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::two_selectors
