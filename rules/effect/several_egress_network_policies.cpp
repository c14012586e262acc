// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include "base/text.h"
#include "lint/report.h"
#include "lint/rule.h"
#include "lint/summary.h"
#include "policy/model/policy.h"

namespace cnplint::rules::several_egress_network_policies {
namespace {

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  std::map<std::string_view, const lint::PolicySummary*> first;  // by namespace
  for (const lint::PolicySummary& policy : context.policies) {
    if (policy.kind != policy::PolicyKind::egress_network_policy) continue;
    const auto [known, added] = first.emplace(policy.ns, &policy);
    // The same object under two names of a file (an overlay, say) is one object.
    if (added || known->second->name == policy.name) continue;
    lint::Finding& finding =
        report.add({&policy, nullptr, nullptr, policy.place},
                   "namespace " + base::quoted(policy.ns) + " has another EgressNetworkPolicy");
    finding.notes.push_back(
        {{}, "the API server accepts both, and egress of the namespace breaks"});
    finding.notes.push_back({known->second->range(known->second->place), "the other one"});
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
    .check_repository = check,
};

}  // namespace cnplint::rules::several_egress_network_policies
