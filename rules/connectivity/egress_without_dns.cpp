// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>

#include "lint/config.h"
#include "lint/report.h"
#include "lint/rule.h"
#include "lint/summary.h"
#include "policy/model/label.h"
#include "rules/dns.h"
#include "rules/subject_index.h"

namespace cnplint::rules::egress_without_dns {
namespace {

constexpr lint::Option kOptions[] = {
    {"dnsNamespaces", "Namespaces with DNS servers, beside kube-system and openshift-dns."}};

using lint::ItemSummary;
using lint::PeerSummary;

/// Whether clients of this item use names: it allows something, and not only addresses.
bool uses_names(const ItemSummary& item) {
  if (item.deny || item.direction != policy::Direction::egress || !item.speaks() || item.only_icmp)
    return false;
  return item.any_peer || std::ranges::any_of(item.peers, [](const PeerSummary& peer) {
           if (peer.kind == policy::PeerKind::entities)
             return peer.text == "world" || peer.text == "all" || peer.text == "cluster";
           return peer.kind == policy::PeerKind::endpoints ||
                  peer.kind == policy::PeerKind::services || peer.kind == policy::PeerKind::fqdns;
         });
}

unsigned transports(const Subject& subject, const SubjectIndex& index,
                    std::span<const std::string> namespaces) {
  unsigned result = kNoDns;
  for (const Subject& other : index.covering(subject)) {
    for (const ItemSummary& item : other.spec->items) result |= dns_transports(item, namespaces);
    if (result == (kDnsOverUdp | kDnsOverTcp)) break;
  }
  return result;
}

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  const SubjectIndex index(context.policies);
  const auto namespaces = context.options.strings("dnsNamespaces");
  for (const lint::PolicySummary& policy : context.policies) {
    // OpenShift's egress policies are about addresses outside the cluster: its DNS is not.
    const bool firewall = policy.kind == policy::PolicyKind::egress_firewall ||
                          policy.kind == policy::PolicyKind::egress_network_policy;
    if (policy.refused || firewall) continue;
    for (const lint::SpecSummary& spec : policy.specs) {
      if (spec.host || !spec.default_deny_egress || is_dns_subject(policy, spec)) continue;
      const auto first = std::ranges::find_if(spec.items, uses_names);
      if (first == spec.items.end()) continue;
      const unsigned found = transports({&policy, &spec}, index, namespaces);
      if (found == (kDnsOverUdp | kDnsOverTcp)) continue;
      const lint::SummaryPlace place{&policy, &spec, &*first, first->place};
      if (found == kDnsOverUdp)
        report.add(place, "DNS is allowed over UDP only: large answers need 53/TCP").severity =
            lint::Severity::note;
      else
        report
            .add(place, found == kNoDns ? "egress is denied by default and nothing allows DNS"
                                        : "DNS is allowed over TCP only: questions go over UDP")
            .fix = "allow 53/ANY to the cluster's DNS";
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "egress-without-dns",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "endpoints in egress default deny that may not ask the cluster's DNS",
    .why =
        R"(A policy with egress rules puts its endpoints into default deny, and DNS is egress like any other:
without a rule for it, names are not resolved and everything fails by timeouts. All policies of the
input that select the same endpoints count. Known are kube-dns, CoreDNS and NodeLocal DNS in
kube-system, and the DNS of OpenShift, whose pods listen on 5353; further namespaces are the option
`dnsNamespaces`. Answers that are too large for UDP are asked for again over TCP: allow both, most
simply with protocol ANY. A policy that allows nothing at all, or only addresses, is not reported.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: checkout}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
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
  - toEndpoints: [{matchLabels: {app: checkout}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .options = kOptions,
    .check_repository = check,
};

}  // namespace cnplint::rules::egress_without_dns
