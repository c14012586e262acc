// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "rules/dns.h"

namespace cnplint::rules::fqdn_without_dns_rule {
namespace {

/// Without the proxy nobody ever learns an address (P612).
void check_without_proxy(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  for (const policy::PolicyRule& rule : base.rules)
    if (has_names(rule, base))
      report.add(
          base.policies[rule.policy], rule.where,
          "names match nothing where the L7 proxy is off: it is what learns their addresses");
}

/// Whether egress-without-dns names a rule of the subject that should lead to DNS.
bool is_told(const policy::Subject& subject, const policy::DnsReach& reach) {
  for (std::uint32_t rule = subject.first_rule; rule < subject.end_rule; ++rule)
    if (const auto miss = reach.miss(rule);
        miss != policy::DnsMiss::none && miss != policy::DnsMiss::unknown)
      return true;
  return false;
}

void check(const lint::ClusterContext& context, Report& report) {
  if (!context.cluster.environment.l7_proxy) return check_without_proxy(context, report);
  const policy::RuleBase& base = *context.rules;
  std::optional<policy::DnsSupply> supply;
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    const policy::Subject& subject = base.subjects[i];
    const auto rules = base.rules_of(subject);
    const auto named = std::ranges::find_if(
        rules, [&](const policy::PolicyRule& rule) { return has_names(rule, base); });
    if (named == rules.end()) continue;
    if (!supply) supply.emplace(dns_supply(context));
    if (supply->is_watched(i)) continue;
    const bool no_dns = denies_egress(base, subject) && supply->of(i) == policy::kNoDns;
    if (no_dns && is_told(subject, supply->reach())) continue;
    report
        .add(base.policies[subject.policy], named->where,
             no_dns
                 ? "nothing allows DNS for these endpoints: Cilium never learns the addresses of "
                   "these names"
                 : "no L7 `dns` rule for these endpoints: Cilium never learns the addresses of "
                   "these names")
        .fix =
        no_dns ? "allow 53/ANY to the cluster's DNS with `rules: {dns: [{matchPattern: \"*\"}]}`, "
                 "or with the names"
               : "give the rule that allows DNS `rules: {dns: [{matchPattern: \"*\"}]}`, or the "
                 "names";
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
nothing. It has to be a rule that leads to the cluster's DNS. All policies of the input that select the
same endpoints count.)",
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
    .facts = "P601 P612 A5.3",
    .check_cluster = check,
};

}  // namespace cnplint::rules::fqdn_without_dns_rule
