// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::missing_selector {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs)
    if (spec.node.is_mapping() && !spec.endpoint_selector && !spec.node_selector) {
      // Cilium's decoder takes a null for `{}`; the API server has dropped it by then.
      const bool null = spec.node.get("endpointSelector") || spec.node.get("nodeSelector");
      report.reject(spec.node, null ? kApiServer : kCilium,
                    "neither `endpointSelector` nor `nodeSelector` is given");
    }
}

}  // namespace

CNPLINT_RULE{
    .name = "missing-selector",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule that neither has endpointSelector nor nodeSelector",
    .why =
        R"(Cilium must know which endpoints a rule is about. `endpointSelector: {}` selects all of them; a
null counts as missing. `podSelector` is NetworkPolicy's word and unknown to Cilium.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
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

}  // namespace cnplint::rules::missing_selector
