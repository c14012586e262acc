// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::dns_rules_without_ports {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    const NodeRef dns = rule.rules.get("dns");
    if (dns.has_children() && rule.ports.empty() && !is_placeholder(rule.node.get("ports")))
      mend(report.reject(dns, kCilium, "DNS rules need the ports of the resolver"), context.policy,
           "write the ports 53/ANY",
           {policy::add_to_list(rule.node, "ports",
                                {policy::Value::map({{"port", policy::Value::quoted("53")},
                                                     {"protocol", policy::Value::text("ANY")}})
                                     .in_line()})});
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "dns-rules-without-ports",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "DNS rules without ports",
    .why =
        R"(DNS rules must say on which port the resolver listens: `port: "53"`, with protocol ANY for UDP and
TCP.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - rules: {dns: [{matchPattern: "*.example.com"}]}
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
    - rules: {dns: [{matchPattern: "*.example.com"}]}
      ports:
      - {port: "53", protocol: ANY}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::dns_rules_without_ports
