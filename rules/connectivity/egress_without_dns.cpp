// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>

#include "lint/config.h"
#include "lint/report.h"
#include "lint/rule.h"
#include "lint/summary.h"
#include "policy/model/label.h"
#include "policy/model/workload_index.h"
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

/// What the repository is asked for one subject.
class Transports {
 public:
  explicit Transports(const lint::RepositoryContext& context)
      : context_(context), index_(context.policies), workloads_(context.inventory.workloads) {
    namespaces_ = context.options.strings("dnsNamespaces");
  }

  /// By which transports all that a spec selects reaches a DNS server. Workloads of the input may
  /// have it from other policies than those that the selectors of both lead to.
  [[nodiscard]] unsigned of(const PolicySpec& subject) const {
    const unsigned common = allowed_by(index_.covering(subject, SubjectIndex::Silence::holds));
    if (common == kBoth) return common;
    unsigned all = kBoth;
    bool any = false;
    for (const std::uint32_t workload : candidates(subject)) {
      const policy::Workload& each = context_.inventory.workloads[workload];
      if (!selects(subject, each)) continue;
      any = true;
      all &= allowed_by(index_.selecting(each));
    }
    return any ? all : common;
  }

 private:
  static constexpr unsigned kBoth = kDnsOverUdp | kDnsOverTcp;

  [[nodiscard]] unsigned allowed_by(const std::vector<PolicySpec>& subjects) const {
    unsigned result = kNoDns;
    for (const PolicySpec& each : subjects) {
      for (const ItemSummary& item : each.spec->items) result |= dns_transports(item, namespaces_);
      if (result == kBoth) break;
    }
    return result;
  }

  /// The workloads with a label that the spec asks for; none where it asks for no single one.
  [[nodiscard]] std::span<const std::uint32_t> candidates(const PolicySpec& subject) const {
    for (const lint::LabelRequirement& each : subject.spec->subject)
      if (each.op == lint::LabelRequirement::Op::in && each.values.size() == 1 &&
          each.key != policy::kNamespaceLabel)
        return workloads_.having(each.key, each.values.front());
    return {};
  }

  const lint::RepositoryContext& context_;
  SubjectIndex index_;
  policy::WorkloadIndex workloads_;
  std::span<const std::string> namespaces_;
};

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  const Transports transports(context);
  for (const lint::PolicySummary& policy : context.policies) {
    // OpenShift's egress policies are about addresses outside the cluster: its DNS is not.
    if (policy.refused || policy::is_firewall(policy.kind)) continue;
    for (const lint::SpecSummary& spec : policy.specs) {
      if (spec.host || !spec.default_deny_egress || is_dns_subject(policy, spec)) continue;
      const auto first = std::ranges::find_if(spec.items, uses_names);
      if (first == spec.items.end()) continue;
      const unsigned found = transports.of({&policy, &spec});
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
