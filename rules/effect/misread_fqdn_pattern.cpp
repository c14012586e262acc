// SPDX-License-Identifier: Apache-2.0
#include "policy/model/dns_name.h"
#include "policy/text/change.h"
#include "rules/fqdn.h"

namespace cnplint::rules::misread_fqdn_pattern {
namespace {

constexpr policy::Release kWholeLabels{20};

/// Runs of stars mean the same as one star, but for one at the beginning before a dot.
bool has_vain_run(std::string_view pattern) {
  const std::size_t stars = pattern.find_first_not_of('*');
  if (stars == std::string_view::npos) return false;
  const bool whole_labels = stars > 1 && pattern[stars] == '.';
  return pattern.find("**", whole_labels ? stars : 0) != std::string_view::npos;
}

void check_pattern(const Fqdn& fqdn, const policy::Environment& environment, Report& report) {
  const std::string_view text = fqdn.text;
  const DnsLabels name(text);
  if (has_vain_run(text)) {
    report
        .add(fqdn.where, quoted(text) + ": " +
                             (text.starts_with("**") ? "`**` without a dot behind it"
                                                     : "`**` within a pattern") +
                             " is the same as `*`, which crosses no dot")
        .fix.title = "only `**.` at the beginning stands for several labels";
  } else if (text.starts_with("**.") && environment.cilium < kWholeLabels) {
    report
        .add(fqdn.where, quoted(text) + " is " + quoted(text.substr(text.find('.') - 1)) +
                             " before Cilium 1.20: one label, not several")
        .fix.title = "write one pattern for each depth: `*.`, `*.*.`";
  }
  const bool names_something = std::ranges::any_of(name.labels, [](std::string_view label) {
    return label.find_first_not_of('*') != std::string_view::npos;
  });
  if (name.fixed != 0 || !names_something) return;
  std::string last;
  for (const char c : name.labels.back())
    if (c != '*') last += c;
  const std::string one = name.text.substr(0, name.text.size() - name.labels.back().size()) +
                          (std::string_view("com").starts_with(last) ? "com" : last);
  report
      .add(fqdn.where,
           name.labels.size() == 1
               ? quoted(text) + " matches names without a dot only, which no domain has"
               : quoted(text) +
                     " is no prefix: the star at the end is one label, so it matches names "
                     "such as " +
                     quoted(one) + ", whoever owns them, and nothing longer")
      .fix.title = "name the domain at the end, as in `*.example.com`";
}

/// Of a list of DNS rules those that look like all names of the cluster and match no Service, where
/// no other one does: Services have a name and a namespace before `svc`.
void check_cluster_names(NodeRef list, policy::Release release, Report& report) {
  constexpr std::string_view kService = "name.namespace.svc.cluster.local";
  std::vector<Fqdn> wrong;
  for (const NodeRef each : list.items()) {
    const Fqdn fqdn = read_fqdn(each);
    if (!fqdn.where || !policy::is_dns_match_pattern(fqdn.text)) return;
    if (policy::DnsPattern(fqdn.text, release).matches(kService)) return;
    const DnsLabels name(fqdn.text);
    if (fqdn.pattern && is_star(name.labels.front()) &&
        (name.suffix() == "cluster.local" || name.suffix() == "svc.cluster.local") &&
        name.labels.size() == name.fixed + 1)
      wrong.push_back(fqdn);
  }
  for (const Fqdn& fqdn : wrong)
    report
        .add(fqdn.where, quoted(fqdn.text) +
                             " matches no Service: a star is one label, and before " +
                             "`svc.cluster.local` stand a name and a namespace")
        .fix =
        lint::unsafe_fix("write `*.*.svc.cluster.local`: opens DNS questions for names of Services",
                         {policy::set_text(fqdn.where, "*.*.svc.cluster.local")});
}

void check(const PolicyContext& context, Report& report) {
  const policy::Release release = context.environment.cilium;
  each_fqdn(context.policy, [&](const Fqdn& fqdn) {
    if (fqdn.pattern) check_pattern(fqdn, context.environment, report);
  });
  each_dns_list(context.policy, [&](NodeRef list) {
    for (const NodeRef each : list.items())
      if (const Fqdn fqdn = read_fqdn(each); fqdn.where && fqdn.pattern)
        check_pattern(fqdn, context.environment, report);
    check_cluster_names(list, release, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "misread-fqdn-pattern",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "a pattern of names whose stars mean less than it looks",
    .why =
        R"(A star stands for any characters within one label and crosses no dot. So `api.*` is no "everything that
begins with api": it is `api.com`, `api.net` and the like, of whoever owns them. Two stars mean
several labels only at the beginning, before a dot, and since Cilium 1.20; before, and anywhere else
(`api.**.example.com`, `**example.com`), they are one star. In DNS rules the names of all Services are `*.*.svc.cluster.local`:
`*.svc.cluster.local` is none of them.)",
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
  - toFQDNs: [{matchPattern: "api.**.example.com"}]
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
  - toFQDNs: [{matchPattern: "**.example.com"}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P602 P606 A5.3 D30",
    .check_policy = check,
};

}  // namespace cnplint::rules::misread_fqdn_pattern
