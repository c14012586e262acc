// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "lint/report.h"
#include "lint/rule.h"
#include "lint/summary.h"
#include "rules/subject_index.h"

namespace cnplint::rules::fqdn_without_dns_rule {
namespace {

using lint::ItemSummary;

bool has_names(const ItemSummary& item) {
  return std::ranges::any_of(item.peers, [](const lint::PeerSummary& peer) {
    return peer.kind == policy::PeerKind::fqdns;
  });
}

bool watches_dns(const ItemSummary& item) {
  return !item.deny && item.direction == policy::Direction::egress && item.speaks() &&
         std::ranges::any_of(item.ports, [](const lint::PortSummary& port) {
           return port.l7 == lint::L7Rules::dns;
         });
}

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  const SubjectIndex index(context.policies);
  for (const lint::PolicySummary& policy : context.policies) {
    if (policy.refused) continue;
    for (const lint::SpecSummary& spec : policy.specs) {
      const auto named = std::ranges::find_if(spec.items, has_names);
      if (named == spec.items.end()) continue;
      const auto covering = index.covering({&policy, &spec}, SubjectIndex::Silence::holds);
      const bool watched = std::ranges::any_of(covering, [](const PolicySpec& other) {
        return std::ranges::any_of(other.spec->items, watches_dns);
      });
      if (!watched)
        report
            .add({&policy, &spec, &*named, named->place},
                 "no L7 `dns` rule for these endpoints: Cilium never learns the addresses of these "
                 "names")
            .fix =
            "give the rule that allows DNS `rules: {dns: [{matchPattern: \"*\"}]}`, or the names";
    }
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
    .check_repository = check,
};

}  // namespace cnplint::rules::fqdn_without_dns_rule
