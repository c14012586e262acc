// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "policy/text/rule_text.h"
#include "rules/dns.h"
#include "rules/dns_rule.h"

namespace cnplint::rules::fqdn_without_dns_rule {
namespace {

/// Without the proxy nobody ever learns an address (P612).
void check_without_proxy(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  for (const policy::PolicyRule& rule : base.rules)
    if (has_names(rule, base))
      report.add(
          base.policies[rule.policy], rule.where,
          "names match nothing where the L7 proxy is off: it is what learns their addresses");
}

using policy::DnsMiss;

/// Whether egress-without-dns names a rule of the subject that should lead to DNS.
bool is_told(const policy::Subject& subject, const policy::DnsReach& reach) {
  for (std::uint32_t rule = subject.first_rule; rule < subject.end_rule; ++rule)
    if (const DnsMiss miss = reach.miss(rule); miss != DnsMiss::none && miss != DnsMiss::unknown)
      return true;
  return false;
}

/// Whether a rule of the subject that may lead to DNS, for all that is known, has no L7 rules.
bool is_maybe_dns_without_l7(const policy::Subject& subject, const policy::RuleBase& base,
                             const policy::DnsReach& reach) {
  for (std::uint32_t i = subject.first_rule; i < subject.end_rule; ++i)
    if (reach.miss(i) == DnsMiss::strange_pods &&
        std::ranges::none_of(base.rules[i].ports, [](const policy::PortFilter& port) {
          return port.l7 == policy::L7Kind::dns;
        }))
      return true;
  return false;
}

/// Says what is wrong with the DNS of subjects that name names.
class NameFinder {
 public:
  NameFinder(const lint::ClusterContext& context, Report& report)
      : context_(context), base_(*context.rules), supply_(dns_supply(context)), report_(report) {}

  void look_at(std::uint32_t index, const policy::PolicyRule& named) {
    const policy::Subject& subject = base_.subjects[index];
    const unsigned watched = supply_.watched(index);
    if ((watched & policy::kDnsOverUdp) != 0) return;
    const bool denied = denies_egress(base_, subject);
    const unsigned allowed = denied ? supply_.of(index) : policy::kDnsOverBoth;
    const auto beside = supply_.maybe_beside(index, policy::kDnsOverUdp, true);
    // That questions over UDP are not allowed at all is said by egress-without-dns.
    if (watched != policy::kNoDns && (allowed & policy::kDnsOverUdp) == 0) return;
    if (watched != policy::kNoDns) return tell_of_udp(subject, named, beside);
    const bool no_dns = allowed == policy::kNoDns &&
                        !is_maybe_dns_without_l7(subject, base_, supply_.reach()) &&
                        (beside || !supply_.maybe_beside(index, policy::kDnsOverBoth));
    if (no_dns && is_told(subject, supply_.reach())) return;
    tell(subject, named, no_dns, beside);
  }

 private:
  static constexpr std::string_view kNeverLearned =
      ": Cilium never learns the addresses of these names";

  lint::Finding& add(const policy::Subject& subject, const policy::PolicyRule& named,
                     const std::string& message, std::optional<std::uint32_t> beside) {
    std::string only;
    if (beside)
      only = ", but for pods that " +
             quoted(base_.policies[base_.subjects[*beside].policy].full_name()) +
             " selects as well";
    lint::Finding& finding = report_.add(base_.policies[subject.policy], named.where,
                                         message + only + std::string(kNeverLearned));
    if (beside) finding.severity = lint::Severity::note;
    return finding;
  }

  void tell_of_udp(const policy::Subject& subject, const policy::PolicyRule& named,
                   std::optional<std::uint32_t> beside) {
    add(subject, named,
        "the L7 `dns` rule of these endpoints is for TCP only, questions go over UDP", beside)
        .fix.title = "give the port 53/UDP `rules: {dns: ...}` as well, or write 53/ANY";
  }

  void tell(const policy::Subject& subject, const policy::PolicyRule& named, bool no_dns,
            std::optional<std::uint32_t> beside) {
    lint::Finding& finding = add(
        subject, named,
        no_dns ? "nothing allows DNS for these endpoints" : "no L7 `dns` rule for these endpoints",
        beside);
    finding.fix.title =
        no_dns ? "allow 53/ANY to the cluster's DNS with `rules: {dns: [{matchPattern: \"*\"}]}`, "
                 "or with the names: opens egress to it, and to the names"
               : "give the rule that allows DNS `rules: {dns: [{matchPattern: \"*\"}]}`, or the "
                 "names: opens egress to the names";
    if (beside) return;
    finding.fix.applicability = lint::Applicability::unsafe;
    finding.fix.changes = no_dns ? allow_dns(context_, named, true) : see_names(subject);
  }

  /// Lets the proxy see what the rules for DNS of a subject let through.
  [[nodiscard]] policy::Changes see_names(const policy::Subject& subject) const {
    using policy::Value;
    policy::Changes changes;
    for (std::uint32_t i = subject.first_rule; i < subject.end_rule; ++i) {
      if (supply_.reach().of_rule(i) == policy::kNoDns) continue;
      std::set<std::uint32_t> entries;
      for (const policy::PortFilter& port : base_.rules[i].ports) {
        if (!policy::covers_dns_port(port) || !port.where) return {};
        const NodeRef entry = port.where.parent().parent();
        if (!entry.is_mapping() || entry.get("rules") || port.first != policy::kDnsPort) return {};
        if (entries.insert(entry.index()).second)
          changes.push_back(policy::add_entry(
              entry, "rules", Value::map({{"dns", Value::list({policy::dns_name_value("*")})}})));
      }
    }
    return changes;
  }

  const lint::ClusterContext& context_;
  const policy::RuleBase& base_;
  policy::DnsSupply& supply_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) {
  if (!context.cluster.environment.l7_proxy) return check_without_proxy(context, report);
  const policy::RuleBase& base = *context.rules;
  std::optional<NameFinder> finder;
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    const auto rules = base.rules_of(base.subjects[i]);
    const auto named = std::ranges::find_if(
        rules, [&](const policy::PolicyRule& rule) { return has_names(rule, base); });
    if (named == rules.end()) continue;
    if (!finder) finder.emplace(context, report);
    finder->look_at(i, *named);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "fqdn-without-dns-rule",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "toFQDNs for endpoints whose DNS questions nobody watches",
    .why =
        R"(Cilium learns the addresses of a name from the answers that its DNS proxy sees, and the proxy sees only
what a rule with L7 `dns` rules sends through it. Without one for the same endpoints `toFQDNs` matches
nothing. It has to be a rule that leads to the cluster's DNS, for UDP: that is how questions are asked. All
policies of the input that select the same endpoints count; one for other labels, which these pods may
have too, makes it a note.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
  - toFQDNs: [{matchName: api.example.com}]
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
  - toFQDNs: [{matchName: api.example.com}]
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
    toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: '*'}]}}]
  - toFQDNs: [{matchName: api.example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P601 P612 A5.3",
    .check_cluster = check,
};

}  // namespace cnplint::rules::fqdn_without_dns_rule
