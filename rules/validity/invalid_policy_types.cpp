// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::invalid_policy_types {
namespace {

constexpr std::array<std::string_view, 2> kTypes{"Ingress", "Egress"};

void check(const PolicyContext& context, Report& report) {
  if (context.policy.kind != policy::PolicyKind::network_policy) return;
  for (const policy::Spec& spec : context.policy.specs) {
    const NodeRef types = spec.node.get("policyTypes");
    if (types.child_count() > kTypes.size())
      report.reject(types, kApiServer, "more than two `policyTypes`");
    for (const NodeRef type : types.items())
      if (type.is_string() && !is_placeholder(type) &&
          std::ranges::find(kTypes, type.text()) == kTypes.end())
        mend_spelling(report.reject(type, kApiServer,
                                    "unknown policy type " + quoted(type.text()) +
                                        base::allowed_values_hint(type.text(), kTypes)),
                      context.policy, type, kTypes);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-policy-types",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "policyTypes with an unknown or repeated type",
    .why = R"(`policyTypes` of a NetworkPolicy are `Ingress` and `Egress`, each at most once.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [ingress]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_policy_types
