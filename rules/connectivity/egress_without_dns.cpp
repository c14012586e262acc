// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "policy/model/cluster_facts.h"
#include "policy/model/label.h"
#include "policy/model/workload_index.h"
#include "policy/verdict/dns_reach.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/workload_endpoint.h"
#include "rules/each.h"

namespace cnplint::rules::egress_without_dns {
namespace {

constexpr lint::Option kOptions[] = {
    {"dnsNamespaces", "The old name of `environment.dns`, which is read as well."}};

using policy::Condition;

/// Whether clients find by name what a selector selects: not addresses, and no nodes.
bool is_found_by_name(const policy::Conditions& selector) {
  return std::ranges::none_of(selector, [](const Condition& each) {
    const bool address = each.source == "cidr" || each.source == "cidrgroup";
    const bool there = each.op == Condition::Op::in || each.op == Condition::Op::exists;
    return there && (address || (each.source == "reserved" && !each.key.starts_with("world")));
  });
}

/// Whether clients of this rule use names: it allows something, and not only addresses.
bool uses_names(const policy::PolicyRule& rule, const policy::RuleBase& base) {
  if (!rule.allows() || rule.direction != Direction::egress || !rule.matches_something())
    return false;
  const bool only_icmp = std::ranges::all_of(rule.ports, [](const policy::PortFilter& port) {
    return policy::ip_protocol::is_icmp(port.protocol);
  });
  if (only_icmp) return false;
  return rule.any_peer || rule.where.get("toServices").has_children() ||
         std::ranges::any_of(rule.peers, [&](std::uint32_t peer) {
           return is_found_by_name(base.selectors[peer]);
         });
}

/// What the policies are asked for one subject.
class Transports {
 public:
  explicit Transports(const lint::ClusterContext& context)
      : context_(context),
        base_(*context.rules),
        reach_(base_, namespaces(context)),
        workloads_(context.cluster.inventory.workloads) {
    for (const policy::Subject& subject : base_.subjects) {
      unsigned own = policy::kNoDns;
      for (std::uint32_t rule = subject.first_rule; rule < subject.end_rule; ++rule)
        own |= reach_.of_rule(rule);
      own_.push_back(own);
    }
  }

  /// By which transports all that a subject selects reaches a DNS server. Workloads of the input
  /// may have it from other policies than those that the selectors of both lead to.
  [[nodiscard]] unsigned of(std::uint32_t subject) {
    if (own_[subject] == policy::kDnsOverBoth) return own_[subject];
    constexpr std::size_t kMostTried = 500;
    unsigned all = policy::kDnsOverBoth;
    bool any = false;
    const auto workloads = candidates(base_.subjects[subject]);
    for (const std::uint32_t workload : workloads.first(std::min(workloads.size(), kMostTried))) {
      const OfWorkload& known = of_workload(workload);
      if (!policy::selects(base_.subjects[subject], known.identity, false)) continue;
      any = true;
      all &= known.transports;
    }
    return any ? all : of_witnesses(subject);
  }

 private:
  /// A workload as policies select it, and by which transports it reaches a DNS server.
  struct OfWorkload {
    policy::Identity identity;
    unsigned transports = policy::kNoDns;
  };

  static std::vector<std::string> namespaces(const lint::ClusterContext& context) {
    std::vector<std::string> all = context.cluster.environment.dns;
    const auto& seen = context.cluster.seen_dns;
    all.insert(all.end(), seen.begin(), seen.end());
    return all;
  }

  /// The same where no workload is known, of endpoints with what the subject asks for.
  [[nodiscard]] unsigned of_witnesses(std::uint32_t index) const {
    if (context_.subjects.stands_alone(index)) return own_[index];
    const policy::Subject& subject = base_.subjects[index];
    unsigned all = policy::kDnsOverBoth;
    for (const policy::Identity& each : policy::witnesses(subject, base_.environment)) {
      unsigned one = policy::kNoDns;
      if (context_.subjects.any_selecting(each, subject.node, collector(one)))
        one = policy::kDnsOverBoth;
      all &= one;
    }
    // A selector that contradicts itself has no witness.
    return all | own_[index];
  }

  /// Adds what subjects allow; has seen enough where both transports are there.
  [[nodiscard]] policy::SubjectIndex::Wanted collector(unsigned& transports) const {
    return [this, &transports](std::uint32_t subject) {
      transports |= own_[subject];
      return transports == policy::kDnsOverBoth;
    };
  }

  /// The workloads with a label that the subject asks for; none where it asks for no single one.
  [[nodiscard]] std::span<const std::uint32_t> candidates(const policy::Subject& subject) const {
    for (const Condition& each : subject.selector)
      if (each.op == Condition::Op::in && each.values.size() == 1 &&
          each.key != policy::kNamespaceLabel)
        return workloads_.having(each.key, each.values.front());
    return {};
  }

  const OfWorkload& of_workload(std::uint32_t workload) {
    const auto [found, added] = of_workload_.try_emplace(workload);
    OfWorkload& known = found->second;
    const policy::Inventory& inventory = context_.cluster.inventory;
    const policy::Workload& manifest = inventory.workloads[workload];
    // Pods in the network of their node are no pods for policies: nothing selects them.
    if (!added || manifest.host_network) return known;
    known.identity = policy::Identity::of_labels(
        policy::workload_endpoint(manifest, inventory, base_.environment).labels);
    if (context_.subjects.any_selecting(known.identity, false, collector(known.transports)))
      known.transports = policy::kDnsOverBoth;
    return known;
  }

  const lint::ClusterContext& context_;
  const policy::RuleBase& base_;
  policy::DnsReach reach_;
  policy::WorkloadIndex workloads_;
  std::vector<unsigned> own_;                        ///< by subject: what its own rules allow
  std::map<std::uint32_t, OfWorkload> of_workload_;  ///< those that were asked about
};

bool denies_egress(const policy::RuleBase& base, const policy::Subject& subject) {
  return std::ranges::any_of(base.rules_of(subject), [](const policy::PolicyRule& rule) {
    return rule.direction == Direction::egress && rule.default_deny;
  });
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  Transports transports(context);
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    const policy::Subject& subject = base.subjects[i];
    if (subject.node || !denies_egress(base, subject) || policy::DnsReach::is_server(subject))
      continue;
    const auto rules = base.rules_of(subject);
    const auto first = std::ranges::find_if(
        rules, [&](const policy::PolicyRule& rule) { return uses_names(rule, base); });
    if (first == rules.end()) continue;
    const unsigned found = transports.of(i);
    if (found == policy::kDnsOverBoth) continue;
    const policy::Policy& policy = base.policies[subject.policy];
    if (found == policy::kDnsOverUdp)
      report.add(policy, first->where, "DNS is allowed over UDP only: large answers need 53/TCP")
          .severity = lint::Severity::note;
    else
      report
          .add(policy, first->where,
               found == policy::kNoDns ? "egress is denied by default and nothing allows DNS"
                                       : "DNS is allowed over TCP only: questions go over UDP")
          .fix = "allow 53/ANY to the cluster's DNS";
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
kube-system, and the DNS of OpenShift, whose pods listen on 5353; further namespaces are the setting
`environment.dns`. Answers that are too large for UDP are asked for again over TCP: allow both, most
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
    .check_cluster = check,
};

}  // namespace cnplint::rules::egress_without_dns
