// SPDX-License-Identifier: Apache-2.0
#include "rules/fqdn.h"

namespace cnplint::rules::fqdn_pattern_without_dot {
namespace {

/// The text without its stars.
std::string without_stars(std::string_view label) {
  std::string text;
  for (const char c : label)
    if (c != '*') text += c;
  return text;
}

void check_pattern(const Fqdn& fqdn, Report& report) {
  const DnsLabels name(fqdn.text);
  const std::string_view label = name.last_starred();
  if (name.fixed == 0 || is_star(label)) return;
  // Names right under a domain of one label are somebody's each, also where only a private network
  // knows it.
  const bool registry = policy::suffix_kind(name.suffix()) == policy::SuffixKind::registry;
  if (!registry && name.suffix().find('.') != std::string_view::npos) return;
  const std::string suffix = "." + std::string(name.suffix());
  std::string stranger;
  for (const char c : label)
    stranger += c != '*' ? std::string(1, c) : stranger.ends_with("evil-") ? "" : "evil-";
  if (stranger.ends_with('-')) stranger.replace(stranger.size() - 5, 5, "-evil");
  lint::Finding& finding =
      report.add(fqdn.where, quoted(fqdn.text) + " matches " + quoted(stranger + suffix) +
                                 " as well: a star without a dot behind it goes on within the name "
                                 "of a domain" +
                                 (registry ? ", and anybody may register such a one" : ""));
  const std::string own = without_stars(label) + suffix;
  finding.fix.title = label.starts_with('*') && base::is_alnum(own.front())
                          ? "write " + quoted("*." + own) + ", and " + quoted(own) +
                                " as `matchName` where it is meant too"
                          : "write the domains that are meant, one by one";
}

void check(const PolicyContext& context, Report& report) {
  each_fqdn(context.policy, [&](const Fqdn& fqdn) {
    if (fqdn.pattern) check_pattern(fqdn, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "fqdn-pattern-without-dot",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a star within the name of a domain that anybody may register",
    .why =
        R"(A star stands for any characters of one label, none included. `*example.com` matches `example.com`, and
`fooexample.com`, which may belong to anybody, but not `api.example.com`. Names under a domain are
`*.example.com`; the domain itself is an item of its own. Stars within a label further left, such as
`api-*.example.com`, are names of the domain's owner and fine.)",
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
  - toFQDNs: [{matchPattern: "*example.com"}]
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
)"},
    .facts = "P606 A5.3",
    .check_policy = check,
};

}  // namespace cnplint::rules::fqdn_pattern_without_dot
