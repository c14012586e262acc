// SPDX-License-Identifier: Apache-2.0
#include "rules/dns_only.h"
#include "rules/each.h"
#include "rules/every_port.h"

namespace cnplint::rules::egress_without_peers {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || item.direction != Direction::egress || !item.to_ports.has_children()) return;
    const bool knp = context.policy.kind == policy::PolicyKind::network_policy;
    if (!is_for_any_peer(context.policy, item) || is_dns_only(item) ||
        (knp && has_every_port(item)))
      return;
    report.add(item.to_ports, "egress without peers: every destination is reached on these ports")
        .strict = !has_every_port(item);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "egress-without-peers",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an egress rule with ports and without peers",
    .why =
        R"(A rule that names ports and no peers allows these ports of every pod, every node and every address
outside the cluster. Some clients need 443 everywhere: a note, unless the profile is `strict`. Where the
peers are known, name them: with `toFQDNs`, `toEndpoints` or `toCIDR`, in a NetworkPolicy under `to`.
Rules for the ports of DNS are not reported.)",
    .example = {R"(apiVersion: cilium.io/v2
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
  - toPorts: [{ports: [{port: "443", protocol: TCP}]}]
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
    .facts = "P809",
    .check_policy = check,
};

}  // namespace cnplint::rules::egress_without_peers
