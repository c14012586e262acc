// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/verdict/subject_index.h"
#include "rules/each.h"

namespace cnplint::rules::fqdn_without_dns_rule {
namespace {

bool has_names(const policy::PolicyRule& rule, const policy::RuleBase& base) {
  return std::ranges::any_of(rule.peers, [&](std::uint32_t peer) {
    const policy::Conditions& selector = base.selectors[peer];
    return !selector.empty() && selector.front().source == "fqdn";
  });
}

bool watches_dns(const policy::PolicyRule& rule) {
  return rule.allows() && rule.direction == Direction::egress && rule.matches_something() &&
         std::ranges::any_of(rule.ports, [](const policy::PortFilter& port) {
           return port.l7 == policy::L7Kind::dns;
         });
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    const auto rules = base.rules_of(base.subjects[i]);
    const auto named = std::ranges::find_if(
        rules, [&](const policy::PolicyRule& rule) { return has_names(rule, base); });
    if (named == rules.end()) continue;
    const bool watched = context.subjects.beside_all(i, [&](std::uint32_t other) {
      return std::ranges::any_of(base.rules_of(base.subjects[other]), watches_dns);
    });
    if (!watched)
      report
          .add(base.policies[base.subjects[i].policy], named->where,
               "no L7 `dns` rule for these endpoints: Cilium never learns the addresses of these "
               "names")
          .fix =
          "give the rule that allows DNS `rules: {dns: [{matchPattern: \"*\"}]}`, or the names";
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "fqdn-without-dns-rule",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "toFQDNs for endpoints whose DNS questions nobody watches",
    .why =
        R"(Cilium learns the addresses of a name from the answers that its DNS proxy sees, and the proxy sees only
what a rule with L7 `dns` rules sends through it. Without one for the same endpoints `toFQDNs` matches
nothing. All policies of the input that select the same endpoints count.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
  - toFQDNs: [{matchName: api.example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toFQDNs: [{matchName: api.example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .check_cluster = check,
};

}  // namespace cnplint::rules::fqdn_without_dns_rule
