// SPDX-License-Identifier: Apache-2.0
#include "policy/model/address.h"
#include "policy/model/dns_name.h"
#include "rules/fqdn.h"
#include "rules/mending.h"

namespace cnplint::rules::fqdn_never_matches {
namespace {

/// Why no name that anybody asks for is like this; empty where one may be.
std::string_view why_never(const Fqdn& fqdn, const DnsLabels& name) {
  constexpr std::size_t kLongestLabel = 63;
  if (policy::parse_address(name.text)) return "is an address, and nobody asks DNS for it";
  const auto digits = [](char c) { return (c >= '0' && c <= '9') || c == '*' || c == '.'; };
  constexpr std::size_t kOfAddress = 4;
  if (fqdn.pattern && name.labels.size() == kOfAddress && std::ranges::all_of(name.text, digits) &&
      !std::ranges::all_of(name.labels, is_star))
    return "is meant for addresses, and nobody asks DNS for these";
  if (std::ranges::any_of(name.labels, [](auto label) { return label.size() > kLongestLabel; }))
    return "has a label of more than 63 characters, which no name has";
  return {};
}

void check(const PolicyContext& context, Report& report) {
  each_fqdn(context.policy, [&](const Fqdn& fqdn) {
    if (!policy::is_dns_match_pattern(fqdn.text)) return;  // refused
    const DnsLabels name(fqdn.text);
    if (std::ranges::all_of(name.text, [](char c) { return c == '*'; }) && fqdn.pattern) return;
    const std::string_view why = why_never(fqdn, name);
    if (why.empty()) return;
    lint::Finding& finding =
        report.add(fqdn.where, quoted(fqdn.text) + " " + std::string(why) + ": it matches nothing");
    if (policy::parse_address(name.text)) {
      const bool v6 = name.text.find(':') != std::string::npos;
      const std::string cidr = name.text + (v6 ? "/128" : "/32");
      finding.fix = lint::unsafe_fix("write `toCIDR: [" + cidr + "]`: opens egress to the address",
                                     replace_peer(fqdn.peer, "toCIDR", policy::Value::text(cidr)));
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "fqdn-never-matches",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an item of toFQDNs that no name matches",
    .why =
        R"(`toFQDNs` are the names that endpoints ask DNS for. Cilium takes whatever has the characters of a name: an
address, which belongs into `toCIDR`, or a label longer than any name has. Such an item allows nothing.)",
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
  - toFQDNs: [{matchName: 192.0.2.10}]
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
  - toCIDR: [192.0.2.10/32]
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
  - toCIDR: [192.0.2.10/32]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P605 A5.3",
    .check_policy = check,
};

}  // namespace cnplint::rules::fqdn_never_matches
