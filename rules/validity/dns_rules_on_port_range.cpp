// SPDX-License-Identifier: Apache-2.0
#include "policy/model/port.h"
#include "policy/yaml/scalar.h"
#include "rules/each.h"

namespace cnplint::rules::dns_rules_on_port_range {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    if (!rule.rules.get("dns").has_children()) return;
    for (const NodeRef entry : rule.ports) {
      const NodeRef end = entry.get("endPort");
      const auto last = end ? policy::integer_value(end.text(), end.type()) : std::nullopt;
      const auto first = policy::port_number(string_of(entry.get("port")));
      if (last && first && *last > *first)
        report.reject(end, kCilium, "DNS rules do not work on a range of ports");
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "dns-rules-on-port-range",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "DNS rules beside a range of ports",
    .why =
        R"(DNS rules work on single ports. The resolver listens on one: write `port: "53"` without `endPort`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", endPort: 54, protocol: ANY}]
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
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*.example.com"}]}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::dns_rules_on_port_range
