// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include "rules/each.h"

namespace cnplint::rules::two_kinds_of_egress_firewall {
namespace {

void check(const lint::ClusterContext& context, Report& report) {
  std::map<std::string_view, const policy::Policy*> firewalls;  // by namespace
  for (const policy::Policy& policy : context.policies)
    if (policy.kind == policy::PolicyKind::egress_firewall)
      firewalls.emplace(policy.effective_namespace(), &policy);
  for (const policy::Policy& policy : context.policies) {
    const std::string_view ns = policy.effective_namespace();
    const auto other = firewalls.find(ns);
    if (policy.kind != policy::PolicyKind::egress_network_policy || other == firewalls.end() ||
        policy::has_placeholder(ns))
      continue;
    report
        .add(policy, name_of(policy),
             "namespace " + quoted(ns) +
                 " has an EgressFirewall as well: each is read by another network plugin, so that "
                 "one of them does nothing")
        .notes.push_back({lint::culprit_range(name_of(*other->second)), "the EgressFirewall"});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "two-kinds-of-egress-firewall",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an EgressNetworkPolicy beside an EgressFirewall",
    .why =
        R"(OVN-Kubernetes reads EgressFirewall, OpenShift SDN reads EgressNetworkPolicy, and a cluster has one of them. The object of the
other one is stored and does nothing. Legitimate while a cluster is moved from SDN to OVN-Kubernetes.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Deny, to: {cidrSelector: 192.0.2.0/24}}
---
apiVersion: network.openshift.io/v1
kind: EgressNetworkPolicy
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Deny, to: {cidrSelector: 192.0.2.0/24}}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Deny, to: {cidrSelector: 192.0.2.0/24}}
)"},
    .check_cluster = check,
};

}  // namespace cnplint::rules::two_kinds_of_egress_firewall
