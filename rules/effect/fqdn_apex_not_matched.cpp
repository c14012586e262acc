// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "policy/model/dns_name.h"
#include "policy/text/rule_text.h"
#include "rules/fqdn.h"

namespace cnplint::rules::fqdn_apex_not_matched {
namespace {

/// The names of a policy's DNS rules, canonical.
std::set<std::string> asked_names(const policy::Policy& policy) {
  std::set<std::string> names;
  each_item(policy, [&](const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules)
      for (const NodeRef each : rule.rules.get("dns").items())
        if (const Fqdn fqdn = read_fqdn(each); fqdn.where && !fqdn.pattern)
          names.insert(policy::canonical_dns_name(fqdn.text));
  });
  return names;
}

void check(const PolicyContext& context, Report& report) {
  std::vector<Fqdn> patterns;
  std::vector<policy::DnsPattern> all;
  each_fqdn(context.policy, [&](const Fqdn& fqdn) {
    if (!policy::is_dns_match_pattern(fqdn.text)) return;
    all.emplace_back(fqdn.text, context.environment.cilium);
    if (fqdn.pattern && fqdn.text.starts_with("*.")) patterns.push_back(fqdn);
  });
  constexpr std::size_t kMost = 500;
  if (patterns.empty() || all.size() > kMost) return;
  const std::set<std::string> asked = asked_names(context.policy);
  for (const Fqdn& fqdn : patterns) {
    const std::string_view apex = fqdn.text.substr(2);
    const bool matched =
        std::ranges::any_of(all, [&](const auto& each) { return each.matches(apex); });
    if (matched || !asked.contains(policy::canonical_dns_name(apex))) continue;
    report
        .add(fqdn.where, quoted(fqdn.text) + " does not match " + quoted(apex) +
                             " itself, which the DNS rules allow to be asked")
        .fix = lint::unsafe_fix(
        "add `{matchName: " + std::string(apex) + "}`: opens egress to it",
        {policy::add_item(fqdn.peer.parent(), policy::dns_name_value(std::string(apex)))});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "fqdn-apex-not-matched",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a pattern of names under a domain where the domain itself is asked for",
    .why =
        R"(`*.example.com` stands for names with one label more: not for `example.com`, and not for
`a.b.example.com`. Where the DNS rules of the same policy let `example.com` be asked, its addresses are
mostly meant to be reached as well, and `toFQDNs` has to name it.)",
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
      rules: {dns: [{matchName: example.com}, {matchPattern: "*.example.com"}, {matchPattern: "**.cluster.local"}]}
  - toFQDNs: [{matchPattern: "*.example.com"}]
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
  - toFQDNs: [{matchPattern: "*.example.com"}, {matchName: example.com}]
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
      rules: {dns: [{matchName: example.com}, {matchPattern: "*.example.com"}, {matchPattern: "**.cluster.local"}]}
  - toFQDNs: [{matchPattern: "*.example.com"}, {matchName: example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P606 A5.3",
    .check_policy = check,
};

}  // namespace cnplint::rules::fqdn_apex_not_matched
