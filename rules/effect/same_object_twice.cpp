// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <unordered_map>

#include "rules/each.h"

namespace cnplint::rules::same_object_twice {
namespace {

void check(const lint::ClusterContext& context, Report& report) {
  std::unordered_map<std::string, const policy::Policy*> first;
  for (const policy::Policy& policy : context.policies) {
    if (policy.name.empty() || policy::has_placeholder(policy.name)) continue;
    const auto [known, added] = first.emplace(policy.subject(), &policy);
    if (added) continue;
    report
        .add(policy, name_of(policy),
             "there is another " + std::string(policy::kind_name(policy.kind)) + " " +
                 quoted(policy.name) + (policy.clusterwide() ? "" : " in this namespace") +
                 ": the one that is applied last replaces it")
        .notes.push_back({lint::culprit_range(name_of(*known->second)), "the other one"});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "same-object-twice",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "one object is written twice, and the one that is applied last replaces the other",
    .why =
        R"(Two documents of one kind, namespace and name are one object. `kubectl apply` takes the first and
then replaces it by the second, without a word; kustomize refuses them. What only the first one allows is denied.
Give one of them another name, or merge them. Objects of folders for different clusters are not meant: those
are never in one cluster.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "7070", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: checkout}}]
    toPorts: [{ports: [{port: "7070", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart-from-web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "7070", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart-from-checkout, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: checkout}}]
    toPorts: [{ports: [{port: "7070", protocol: TCP}]}]
)"},
    .check_cluster = check,
};

}  // namespace cnplint::rules::same_object_twice
