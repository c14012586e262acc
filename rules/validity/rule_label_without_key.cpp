// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::rule_label_without_key {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs)
    for (const NodeRef label : spec.node.get("labels").items()) {
      if (!label.is_mapping() || !string_of(label.get("key")).empty()) continue;
      const NodeRef key = label.get("key");
      report.reject(key && !key.is_null() ? key : label, kCilium, "the label has no key");
    }
}

}  // namespace

CNPLINT_RULE{
    .name = "rule-label-without-key",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a label of a rule without a key",
    .why =
        R"(The entries of `labels` are objects with a `key`. With an empty key Cilium cannot decode the policy,
which the API server has accepted.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  labels: [{key: "", value: baseline}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  labels: [{key: owner, value: platform}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::rule_label_without_key
