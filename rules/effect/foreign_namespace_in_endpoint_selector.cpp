// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "rules/selectors.h"

namespace cnplint::rules::foreign_namespace_in_endpoint_selector {
namespace {

using policy::Condition;
using policy::Identity;

/// What of a pod of the policy's namespace says where it is (A3.3).
Identity pod_of(std::string_view ns) {
  return Identity::of_labels({{"k8s", std::string(policy::kNamespaceLabel), std::string(ns)},
                              {"k8s", std::string(policy::kNamespaceNameLabel), std::string(ns)}});
}

/// Whether Cilium writes the policy's own namespace over a condition (A3.5).
bool is_overwritten(const Condition& condition) {
  return condition.match_label && condition.source == "k8s" &&
         condition.key == policy::kNamespaceLabel;
}

void check_spec(const PolicyContext& context, const policy::Spec& spec, Report& report) {
  const std::string_view own = context.policy.ns;
  const bool network_policy = context.policy.kind == policy::PolicyKind::network_policy;
  const std::string_view field = network_policy ? "podSelector" : "endpointSelector";
  for (const Condition& each :
       policy::conditions(spec.endpoint_selector, network_policy ? "k8s" : "any")) {
    if (!is_namespace_name(each) || has_placeholder({each}) || each.matches(pod_of(own))) continue;
    const bool overwritten = is_overwritten(each);
    lint::Finding& finding =
        report.add(each.where,
                   "a policy of " + quoted(own) + " selects pods of " + quoted(own) + " only, " +
                       (overwritten ? "Cilium ignores the other namespace in its " + quoted(field)
                                    : "with this condition on their namespace it selects nothing"));
    finding.fix.title = "leave it out, or move the policy into the namespace that it is for";
    if (overwritten) continue;
    finding.node = spec.endpoint_selector;
    finding.claim = lint::Claim::selects_nothing;
  }
}

void check(const PolicyContext& context, Report& report) {
  if (context.policy.clusterwide() || policy::is_firewall(context.policy.kind) ||
      context.policy.ns.empty() || policy::has_placeholder(context.policy.ns))
    return;
  for (const policy::Spec& spec : context.policy.specs)
    if (spec.endpoint_selector) check_spec(context, spec, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "foreign-namespace-in-endpoint-selector",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy of one namespace asks for pods of another one",
    .why =
        R"(A CiliumNetworkPolicy is for pods of its own namespace, whatever its `endpointSelector` says. Cilium
replaces the value of `k8s:io.kubernetes.pod.namespace` under `matchLabels` by the policy's namespace, so
the policy is in force for other pods than it says. Written as an expression, or without `k8s:`, the
condition stays beside the own namespace, and the policy selects nothing. Put the policy into the
namespace that it is for, or use a CiliumClusterwideNetworkPolicy.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: infra}
spec:
  endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: shop, app: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)"},
    .facts = "P208 N1 N2 N3 D32 A3.5",
    .check_policy = check,
};

}  // namespace cnplint::rules::foreign_namespace_in_endpoint_selector
