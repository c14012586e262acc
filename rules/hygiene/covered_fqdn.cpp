// SPDX-License-Identifier: Apache-2.0
#include "policy/model/dns_name.h"
#include "rules/fqdn.h"

namespace cnplint::rules::covered_fqdn {
namespace {

/// The items of one list, with what each matches.
struct Known {
  Fqdn fqdn;
  policy::DnsPattern pattern;
};

/// The first other item that matches the name of an item; null where none does.
const Known* covering(const Known& item, const std::vector<Known>& all) {
  const std::string_view name = item.pattern.only_name();
  for (const Known& other : all) {
    // Of a pattern for every name any-fqdn tells.
    if (!name.empty() && !other.pattern.everything() && other.pattern.matches(name)) return &other;
  }
  return nullptr;
}

void check_list(const policy::Peers& peers, policy::Release release, Report& report) {
  constexpr std::size_t kMostPatterns = 100;
  std::vector<Known> all;
  for (const NodeRef peer : peers.list.items())
    if (const Fqdn fqdn = read_fqdn(peer); fqdn.where && policy::is_dns_match_pattern(fqdn.text))
      all.push_back({fqdn, policy::DnsPattern(fqdn.text, release)});
  std::vector<Known> patterns;
  for (const Known& each : all)
    if (each.pattern.only_name().empty()) patterns.push_back(each);
  if (patterns.size() > kMostPatterns) return;
  for (const Known& each : all) {
    const Known* other = covering(each, patterns);
    if (other == nullptr) continue;
    lint::Finding& finding = report.add(
        each.fqdn.where,
        quoted(each.fqdn.text) + " adds nothing: " + quoted(other->fqdn.text) + " matches it");
    finding.notes.push_back({lint::culprit_range(other->fqdn.where), "the pattern that does"});
    finding.claim = lint::Claim::adds_nothing;
    finding.node = each.fqdn.peer;
    finding.fix = lint::safe_fix("take it out", {policy::remove(each.fqdn.peer)});
  }
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    const policy::Peers* peers = item.peers_of(PeerKind::fqdns);
    if (peers != nullptr && !item.deny) check_list(*peers, context.environment.cilium, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "covered-fqdn",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an item of toFQDNs that a pattern beside it matches already",
    .why =
        R"(The items of a list are alternatives: a name that a pattern of the same list matches is allowed twice. One
of the two can go: the name, or the pattern where it allows more than is meant.)",
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
  - toFQDNs: [{matchPattern: "*.example.com"}, {matchName: api.example.com}]
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
      rules: {dns: [{matchPattern: "*"}]}
  - toFQDNs: [{matchPattern: "*.example.com"}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P606 A5.3",
    .check_policy = check,
};

}  // namespace cnplint::rules::covered_fqdn
