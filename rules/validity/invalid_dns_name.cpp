// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "base/blanks.h"
#include "policy/model/address.h"
#include "policy/model/dns_name.h"
#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/mending.h"
#include "schemas/validator.h"

namespace cnplint::rules::invalid_dns_name {
namespace {

constexpr policy::Release kLengthChecked{17};

/// The name of a host in what looks like the address of a page; empty where there is none.
std::string_view host_in(std::string_view text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
    text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find('/'));
  if (policy::parse_address(text)) return {};
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    if (!policy::port_number(text.substr(colon + 1))) return {};
    text = text.substr(0, colon);
  }
  return policy::is_host_name(text) ? text : std::string_view();
}

/// What to write instead of a text with characters that no name has; may be empty.
std::string instead_of(std::string_view text, bool pattern) {
  if (!pattern && policy::is_dns_match_pattern(text)) return "write it as `matchPattern`";
  const std::string_view word = base::without_blanks(text);
  if (pattern ? policy::is_dns_match_pattern(word) : policy::is_dns_match_name(word))
    return word.empty() ? "" : "write " + quoted(word);
  const std::string_view host = host_in(text);
  if (host.empty() || host == text) return {};
  const std::string rest = text.substr(text.find(host) + host.size()).starts_with(':')
                               ? ", the port belongs into `toPorts`"
                               : "";
  return "write " + quoted(host) + rest;
}

/// The name that a text with characters that no name has was to be; empty where that is not known.
std::string_view meant_by(std::string_view text, bool pattern) {
  const std::string_view word = base::without_blanks(text);
  if (pattern ? policy::is_dns_match_pattern(word) : policy::is_dns_match_name(word)) return word;
  const std::string_view host = host_in(text);
  return host == text ? std::string_view() : host;
}

/// Whether a name or pattern begins with a dot or has two in a row, which the API server refuses.
bool has_empty_label(std::string_view text) {
  return text.starts_with('.') || text.find("..") != std::string_view::npos;
}

void check_text(const PolicyContext& context, NodeRef node, bool pattern, Report& report) {
  const std::string_view text = string_of(node);
  if (!policy::is_stored(node) || is_placeholder(node)) return;
  const std::string what = pattern ? "a pattern of DNS names" : "a DNS name";
  if (pattern ? !policy::is_dns_match_pattern(text) : !policy::is_dns_match_name(text)) {
    lint::Finding& finding =
        report.reject(node, kCilium, quoted(text) + " is not " + what + base::blanks_hint(text));
    finding.fix.title = instead_of(text, pattern);
    if (!pattern && policy::is_dns_match_pattern(text))
      mend(finding, context.policy, finding.fix.title, {policy::rename(node, "matchPattern")});
    else if (const std::string_view meant = meant_by(text, pattern); !meant.empty())
      mend(finding, context.policy, finding.fix.title,
           {policy::set_text(node, std::string(meant))});
  } else if (text.empty() && node.is_scalar()) {
    report
        .reject(node, kApiServer,
                pattern ? "an empty `matchPattern` is no name at all, every name is `\"*\"`"
                        : "an empty `matchName` is no name at all")
        .fix.title = pattern
                         ? "write `matchPattern: \"*\"` where every name is meant"
                         : "write a name, such as `matchName: api.example.com`, or `matchPattern: "
                           "\"*\"` where every name is meant";
  } else if (has_empty_label(text)) {
    report.reject(node, kApiServer, quoted(text) + " is not " + what + ": it has a dot too many")
        .fix.title = text.starts_with('.') ? "write `matchPattern: \"*" + std::string(text) +
                                                 "\"` where names under it are meant"
                                           : "";
  }
}

void check_selector(const PolicyContext& context, NodeRef item, Report& report) {
  check_text(context, item.get("matchName"), false, report);
  const NodeRef pattern = item.get("matchPattern");
  check_text(context, pattern, true, report);
  const std::string_view text = string_of(pattern);
  if (policy::is_dns_match_pattern(text) && text.size() > policy::kLongestDnsPattern &&
      context.environment.cilium >= kLengthChecked)
    report.reject(pattern, kCilium, "the pattern is longer than 255 characters");
}

/// What is wrong with a dnsName that the schema refuses.
std::string firewall_problem(std::string_view name, policy::PolicyKind kind) {
  if (name.empty()) return "an empty DNS name";
  std::string problem = quoted(name) + " is not a DNS name" + base::blanks_hint(name);
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
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toFQDNs: [{matchName: "api.example.com"}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "V049 V049b P605",
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_dns_name
