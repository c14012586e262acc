// SPDX-License-Identifier: Apache-2.0
#include "policy/model/dns_name.h"
#include "rules/each.h"
#include "schemas/validator.h"

namespace cnplint::rules::invalid_dns_name {
namespace {

constexpr policy::Release kLengthChecked{17};

void check_selector(const PolicyContext& context, NodeRef item, Report& report) {
  const NodeRef name = item.get("matchName");
  if (name && !is_placeholder(name) && !policy::is_dns_match_name(string_of(name)))
    report.reject(name, kCilium, quoted(name.text()) + " is not a DNS name");
  const NodeRef pattern = item.get("matchPattern");
  if (!pattern || is_placeholder(pattern)) return;
  const std::string_view text = string_of(pattern);
  if (!policy::is_dns_match_pattern(text))
    report.reject(pattern, kCilium, quoted(text) + " is not a pattern of DNS names");
  else if (text.size() > policy::kLongestDnsPattern && context.environment.cilium >= kLengthChecked)
    report.reject(pattern, kCilium, "the pattern is longer than 255 characters");
}

/// What is wrong with a dnsName that the schema refuses.
std::string firewall_problem(std::string_view name, policy::PolicyKind kind) {
  if (name.empty()) return "an empty DNS name";
  const std::string problem = quoted(name) + " is not a DNS name";
  if (name.find('*') == std::string_view::npos) return problem;
  if (kind == policy::PolicyKind::egress_network_policy)
    return problem + ": an EgressNetworkPolicy knows no wildcards";
  return problem + ": `*` can only be its first label, as in `*.example.com`";
}

/// `dnsName` of OpenShift's egress policies (facts/openshift.md).
void check_firewall(const PolicyContext& context, Report& report) {
  for (const schemas::Violation& violation : context.violations)
    if (violation.keyword == schemas::Keyword::pattern && field_name(violation.node) == "dnsName")
      report.reject(violation.node, kApiServer,
                    firewall_problem(violation.node.text(), context.policy.kind));
}

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind)) return check_firewall(context, report);
  each_checked_peer(context, PeerKind::fqdns,
                    [&](const RuleItem&, NodeRef item) { check_selector(context, item, report); });
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef item : rule.rules.get("dns").items()) check_selector(context, item, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-dns-name",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a DNS name or pattern with characters that none can have",
    .why =
        R"(A `matchName` is letters, digits, `-`, `_` and dots; a `matchPattern` may have `*` as well, which
stands for characters within one label. No scheme, port or path belongs there. A pattern has at
most 255 characters. The `dnsName` of an EgressFirewall may begin with `*.` (OpenShift 4.16 and later), that
of an EgressNetworkPolicy may not.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toFQDNs: [{matchName: "https://api.example.com"}]
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
      rules: {dns: [{matchName: api.example.com}]}
  - toFQDNs: [{matchName: api.example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_dns_name
