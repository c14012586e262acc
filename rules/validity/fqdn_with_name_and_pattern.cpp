// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::fqdn_with_name_and_pattern {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_peer(context, PeerKind::fqdns, [&](const RuleItem&, NodeRef item) {
    if (!string_of(item.get("matchName")).empty() && !string_of(item.get("matchPattern")).empty())
      mend(report.reject(item, kCilium, "`matchName` and `matchPattern` exclude each other"),
           context.policy, "write two items, they are alternatives",
           split_item(item, item.get("matchName"), {"matchPattern"}));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "fqdn-with-name-and-pattern",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an item of toFQDNs with both matchName and matchPattern",
    .why = R"(An item is a name or a pattern. Write two items: they are alternatives.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toFQDNs: [{matchName: api.example.com, matchPattern: "*.example.com"}]
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
      rules: {dns: [{matchPattern: "*.example.com"}]}
  - toFQDNs: [{matchName: api.example.com}, {matchPattern: "*.example.com"}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toFQDNs: [{matchName: api.example.com}, {matchPattern: "*.example.com"}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::fqdn_with_name_and_pattern
