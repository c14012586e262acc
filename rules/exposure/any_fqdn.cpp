// SPDX-License-Identifier: Apache-2.0
#include "rules/fqdn.h"

namespace cnplint::rules::any_fqdn {
namespace {

using policy::SuffixKind;

/// Whether all labels before the fixed ones are stars, or there is no fixed one and more than that.
bool is_any_name(const DnsLabels& name) {
  return name.fixed == 0 && std::ranges::all_of(name.labels, is_star);
}

void check_pattern(const Fqdn& fqdn, Report& report) {
  const DnsLabels name(fqdn.text);
  if (is_any_name(name)) {
    report
        .add(fqdn.where,
             quoted(fqdn.text) +
                 (name.labels.size() == 1
                      ? " is every name: whatever a name leads to, so the whole Internet"
                      : " is any name of so many labels, whoever owns it"))
        .fix.title =
        "name the domains, or say `toEntities: [world]` where the whole Internet is meant";
    return;
  }
  // `*google.com` is told by fqdn-pattern-without-dot.
  if (!is_star(name.last_starred())) return;
  const SuffixKind kind = policy::suffix_kind(name.suffix());
  if (kind == SuffixKind::none) return;
  lint::Finding& finding =
      report.add(fqdn.where, kind == SuffixKind::registry
                                 ? quoted(fqdn.text) + " is any domain under " +
                                       quoted(name.suffix()) + ", whoever registered it"
                                 : "anybody may have a name under " + quoted(name.suffix()) + ": " +
                                       quoted(fqdn.text) + " allows them all");
  finding.fix.title = "name the domains that are meant";
  finding.strict = kind == SuffixKind::hosting;
}

/// The names of the Allow rules of a firewall, where it denies anything at all.
void check_spec(const policy::Spec& spec, Report& report) {
  if (std::ranges::none_of(spec.items, &RuleItem::deny)) return;
  for (const RuleItem& item : spec.items) {
    const NodeRef name = item.node.get("to").get("dnsName");
    if (!item.deny && name.is_scalar() && !is_placeholder(name) && name.text().starts_with("*."))
      check_pattern({item.node, name, name.text(), true}, report);
  }
}

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind))
    for (const policy::Spec& spec : context.policy.specs) check_spec(spec, report);
  each_fqdn(context.policy, [&](const Fqdn& fqdn) {
    if (fqdn.pattern) check_pattern(fqdn, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "any-fqdn",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a pattern of toFQDNs that strangers have names in",
    .why =
        R"(A pattern is as narrow as the domain at its end is somebody's. `*` is every name, `*.com` or `*.co.uk` any
domain that anybody registers, `api.*.com` any domain with such a host, and under `github.io` or
`s3.amazonaws.com` every customer has a name of his own (a note: the profile `strict` makes a warning
of it). Stolen data leaves by such a rule as by one for the world. Besides, each address that is
learned becomes an identity of its own: where the whole Internet is meant, `toEntities: [world]` says
so and costs nothing.)",
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
  - toFQDNs: [{matchPattern: "*"}]
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
  - toFQDNs: [{matchPattern: "*.example.com"}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P606 P607 A5.3",
    .check_policy = check,
};

}  // namespace cnplint::rules::any_fqdn
