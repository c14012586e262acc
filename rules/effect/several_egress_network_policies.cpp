// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include "rules/each.h"

namespace cnplint::rules::several_egress_network_policies {
namespace {

/// Whether a policy names its namespace: not by a variable, nor by a pattern.
bool has_known_namespace(const policy::Policy& policy) {
  return !policy::has_placeholder(policy.ns) && policy.ns.find('*') == std::string_view::npos;
}

void check(const lint::ClusterContext& context, Report& report) {
  std::map<std::string_view, const policy::Policy*> first;  // by namespace
  for (const policy::Policy& policy : context.policies) {
    if (policy.kind != policy::PolicyKind::egress_network_policy || !has_known_namespace(policy))
      continue;
    const std::string_view ns = policy.effective_namespace();
    const auto [known, added] = first.emplace(ns, &policy);
    // The same object under two names of a file (an overlay, say) is one object.
    if (added || known->second->name == policy.name) continue;
    lint::Finding& finding = report.add(
        policy, name_of(policy), "namespace " + quoted(ns) + " has another EgressNetworkPolicy");
    finding.notes.push_back(
        {{}, "the API server accepts both, and egress of the namespace breaks"});
    finding.notes.push_back({lint::culprit_range(name_of(*known->second)), "the other one"});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "several-egress-network-policies",
    .family = lint::Family::effect,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "more than one EgressNetworkPolicy in a namespace",
    .why =
        R"(The API server accepts a second EgressNetworkPolicy, and with two of them all egress of the namespace is
dropped. Merge their rules into one; the order decides.)",
    .example = {R"(apiVersion: network.openshift.io/v1
kind: EgressNetworkPolicy
metadata: {name: partners, namespace: shop}
spec:
  egress: [{type: Allow, to: {dnsName: api.example.com}}]
---
apiVersion: network.openshift.io/v1
kind: EgressNetworkPolicy
metadata: {name: rest, namespace: shop}
spec:
  egress: [{type: Deny, to: {cidrSelector: 192.0.2.0/24}}]
)",
                R"(apiVersion: network.openshift.io/v1
kind: EgressNetworkPolicy
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {dnsName: api.example.com}}
  - {type: Deny, to: {cidrSelector: 192.0.2.0/24}}
)"},
    .check_cluster = check,
};

}  // namespace cnplint::rules::several_egress_network_policies
