// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "rules/each.h"

namespace cnplint::rules {
namespace {

constexpr policy::Release kLengthChecked{17};
constexpr std::size_t kLongest = 255;

bool is_name_character(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.';
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

void check_selector(const PolicyContext& context, NodeRef item, Report& report) {
  const NodeRef name = item.get("matchName");
  if (name && !is_placeholder(name) && !std::ranges::all_of(string_of(name), is_name_character))
    report.reject(name, kCilium, quoted(name.text()) + " is not a DNS name");
  const NodeRef pattern = item.get("matchPattern");
  if (!pattern || is_placeholder(pattern)) return;
  const std::string_view text = trimmed(string_of(pattern));
  const auto fits = [](unsigned char c) { return is_name_character(c) || c == '*'; };
  if (!std::ranges::all_of(text, fits))
    report.reject(pattern, kCilium, quoted(text) + " is not a pattern of DNS names");
  else if (text.size() > kLongest && context.environment.cilium >= kLengthChecked)
    report.reject(pattern, kCilium, "the pattern is longer than 255 characters");
}

void check(const PolicyContext& context, Report& report) {
  each_checked_peer(context, PeerKind::fqdns,
                    [&](const RuleItem&, NodeRef item) { check_selector(context, item, report); });
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef item : rule.rules.get("dns").items()) check_selector(context, item, report);
  });
}

}  // namespace

CNPLINT_RULE(invalid_dns_name){
    .name = "invalid-dns-name",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a DNS name or pattern with characters that none can have",
    .why =
        R"(A `matchName` is letters, digits, `-`, `_` and dots; a `matchPattern` may have `*` as well, which
stands for characters within one label. No scheme, port or path belongs there. A pattern has at
most 255 characters.)",
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

}  // namespace cnplint::rules
