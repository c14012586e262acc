// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "policy/model/dns_name.h"
#include "policy/text/rule_text.h"
#include "rules/dns.h"

namespace cnplint::rules::dns_rule_refuses_name {
namespace {

using policy::DnsPattern;
using policy::PolicyRule;
using policy::PortFilter;
using policy::Release;

/// What a name of toFQDNs or of a DNS rule says; empty where it is not known.
std::string_view name_in(NodeRef item) {
  const NodeRef name = item.get("matchName");
  const NodeRef given = string_of(name).empty() ? item.get("matchPattern") : name;
  return is_placeholder(given) ? std::string_view() : string_of(given);
}

/// A name that a pattern matches.
std::string name_like(std::string_view pattern) {
  std::string name;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] != '*')
      name += pattern[i];
    else if (i == 0 || pattern[i - 1] != '*')
      name += "api";
  return name;
}

/// What the rules for DNS of one endpoint let through.
class Allowed {
 public:
  Allowed(const policy::RuleBase& base, const std::vector<std::uint32_t>& rules) {
    for (const std::uint32_t rule : rules)
      for (const PortFilter& port : base.rules[rule].ports) {
        if (!policy::covers_dns_port(port)) continue;
        if (port.l7 != policy::L7Kind::dns)
          all_ = true;  // what one rule lets through without a look at names, no other refuses
        else
          add(port.l7_rules.get("dns"), base.environment.cilium);
      }
  }

  /// Whether every name is, or more than can be looked at.
  [[nodiscard]] bool everything() const { return all_; }

  /// Whether no name that a pattern matches is let through.
  [[nodiscard]] bool refuses(std::string_view text, Release release) const {
    if (all_ || texts_.contains(policy::canonical_dns_name(text))) return false;
    const DnsPattern wanted(text, release);
    if (wanted.everything()) return false;
    if (const std::string_view name = wanted.only_name(); !name.empty())
      return std::ranges::none_of(patterns_, [&](const auto& each) { return each.matches(name); });
    const auto overlaps = [&](const auto& each) { return wanted.overlaps(each); };
    return std::ranges::none_of(patterns_, overlaps) && std::ranges::none_of(names_, overlaps);
  }

  /// Whether it is for the names of a cluster's search list as well.
  [[nodiscard]] bool knows_cluster_names() const { return all_ || of_cluster_; }

 private:
  void add(NodeRef list, Release release) {
    constexpr std::size_t kMost = 500;
    for (const NodeRef item : list.items()) {
      const std::string_view text = name_in(item);
      DnsPattern pattern(text, release);
      if (text.empty() || pattern.everything() || names_.size() + patterns_.size() > kMost) {
        all_ = true;
        return;
      }
      if (!texts_.insert(policy::canonical_dns_name(text)).second) continue;
      of_cluster_ = of_cluster_ || is_of_cluster(text, pattern);
      (pattern.only_name().empty() ? patterns_ : names_).push_back(std::move(pattern));
    }
  }

  /// Whether names of Services may be meant.
  static bool is_of_cluster(std::string_view text, const DnsPattern& pattern) {
    static const DnsPattern kCluster("**.cluster.local", Release{});
    if (text.find(".svc") != std::string_view::npos) return true;
    const std::string_view name = pattern.only_name();
    return name.empty() ? kCluster.overlaps(pattern) : kCluster.matches(name);
  }

  bool all_ = false;
  bool of_cluster_ = false;
  std::unordered_set<std::string> texts_;  ///< canonical
  std::vector<DnsPattern> patterns_;       ///< with stars
  std::vector<DnsPattern> names_;          ///< without
};

class Finder {
 public:
  Finder(const lint::ClusterContext& context, Report& report)
      : base_(*context.rules), supply_(dns_supply(context)), report_(report) {}

  void run() {
    for (std::uint32_t i = 0; i < base_.subjects.size(); ++i) {
      const policy::Subject& subject = base_.subjects[i];
      // Where nothing else is denied the names of other rules are not refused either (A1.3).
      if (!denies_egress(base_, subject)) continue;
      const NodeRef own = own_names(subject);
      const bool fqdns = std::ranges::any_of(
          base_.rules_of(subject), [&](const PolicyRule& each) { return has_names(each, base_); });
      if (!own && !fqdns) continue;
      const std::vector<const Allowed*> allowed = allowed_to(i);
      if (fqdns) look_at_names(subject, allowed);
      if (own) look_at_search_list(subject, own, allowed);
    }
  }

 private:
  /// The first L7 rules for DNS of a subject's own.
  [[nodiscard]] NodeRef own_names(const policy::Subject& subject) const {
    for (std::uint32_t i = subject.first_rule; i < subject.end_rule; ++i)
      for (const PortFilter& port : base_.rules[i].ports)
        if (port.l7 == policy::L7Kind::dns && supply_.reach().of_rule(i) != policy::kNoDns)
          return port.l7_rules.get("dns");
    return {};
  }

  /// What each endpoint of a subject may ask; none of those that may ask everything or nothing.
  std::vector<const Allowed*> allowed_to(std::uint32_t subject) {
    std::vector<const Allowed*> result;
    for (auto& rules : supply_.rules_to_dns(subject)) {
      if (!rules || rules->empty()) continue;
      std::ranges::sort(*rules);
      rules->erase(std::unique(rules->begin(), rules->end()), rules->end());
      auto found = allowed_.find(*rules);
      if (found == allowed_.end()) found = allowed_.emplace(*rules, Allowed(base_, *rules)).first;
      if (!found->second.everything()) result.push_back(&found->second);
    }
    return result;
  }

  void look_at_names(const policy::Subject& subject, const std::vector<const Allowed*>& allowed) {
    if (allowed.empty()) return;
    constexpr std::size_t kMostTried = 500;
    std::size_t tried = 0;
    for (const PolicyRule& rule : base_.rules_of(subject)) {
      if (!has_names(rule, base_)) continue;
      std::vector<NodeRef> refused;
      for (const NodeRef place : rule.peer_places) {
        const std::string_view name = name_in(place);
        if (name.empty() || ++tried > kMostTried) continue;
        if (std::ranges::any_of(allowed, [&](const Allowed* each) {
              return each->refuses(name, base_.environment.cilium);
            }))
          refused.push_back(place);
      }
      if (!refused.empty()) tell_of_names(rule, refused, own_names(subject));
    }
  }

  /// `own`: the DNS rules of the same policy, where it has some.
  void tell_of_names(const PolicyRule& rule, const std::vector<NodeRef>& refused, NodeRef own) {
    std::vector<std::string> names;
    for (const NodeRef place : refused) names.push_back(quoted(name_in(place)));
    constexpr std::size_t kShown = 4;
    policy::Changes changes;
    for (const NodeRef each : refused)
      if (own)
        changes.push_back(
            policy::add_item(own, policy::dns_name_value(std::string(name_in(each)))));
    NodeRef place = refused.front().get("matchName");
    if (string_of(place).empty()) place = refused.front().get("matchPattern");
    report_
        .add(base_.policies[rule.policy], place,
             "the DNS rules of these endpoints refuse " + base::first_few(names, kShown) +
                 ": without an answer nothing is allowed for " +
                 (refused.size() == 1 ? "it" : "them"))
        .fix = lint::unsafe_fix(refused.size() == 1 ? "add it to the `dns` rules: opens it"
                                                    : "add them to the `dns` rules: opens them",
                                std::move(changes));
  }

  void look_at_search_list(const policy::Subject& subject, NodeRef own,
                           const std::vector<const Allowed*>& allowed) {
    if (std::ranges::all_of(allowed,
                            [](const Allowed* each) { return each->knows_cluster_names(); }))
      return;
    constexpr std::ptrdiff_t kNdots = 5;  // of pods, where they say nothing else
    const auto items = own.items();
    for (const NodeRef item : items) {
      const std::string_view name = name_in(item);
      if (name.empty() || std::ranges::count(name, '.') >= kNdots) continue;
      const policy::Policy& policy = base_.policies[subject.policy];
      const std::string ns = subject.ns.empty() ? "NAMESPACE" : subject.ns;
      const std::string bare = name_like(name.substr(0, name.find_last_not_of('.') + 1));
      lint::Finding& finding =
          report_.add(policy, own,
                      "names with few dots are asked with the search list first, as " +
                          quoted(bare + "." + ns + ".svc.cluster.local") +
                          ": these rules refuse that, and some resolvers then give up");
      finding.severity = lint::Severity::note;
      constexpr Release kWholeLabels{20};
      finding.fix.title =
          base_.environment.cilium >= kWholeLabels
              ? "add `{matchPattern: \"**.cluster.local\"}`, or give the pods `ndots: 1`"
              : "give the pods `ndots: 1`, or let clients end the names with a dot";
      return;
    }
  }

  const policy::RuleBase& base_;
  policy::DnsSupply& supply_;
  Report& report_;
  std::map<std::vector<std::uint32_t>, Allowed> allowed_;
};

void check(const lint::ClusterContext& context, Report& report) {
  const auto watches = [](const PolicyRule& rule) {
    return std::ranges::any_of(
        rule.ports, [](const PortFilter& port) { return port.l7 == policy::L7Kind::dns; });
  };
  if (std::ranges::any_of(context.rules->rules, watches)) Finder(context, report).run();
}

}  // namespace

CNPLINT_RULE{
    .name = "dns-rule-refuses-name",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "names that the DNS rules of the same endpoints refuse",
    .why =
        R"(L7 `dns` rules let only the names through that they list, and refuse every other question. A name in
`toFQDNs` that none of them allows is never resolved, so its addresses are never allowed either. All
policies of the input that select the same endpoints count: one that allows DNS without `dns` rules
lets every name through. Pods ask for names with fewer than five dots with the search list first, as
`api.example.com.NAMESPACE.svc.cluster.local`; where these are refused, some resolvers (that of
Alpine) give up before they ask for the name itself. That is a note: whoever sets `ndots` or ends
names with a dot may ignore it.)",
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
      rules: {dns: [{matchPattern: "*.example.com"}]}
  - toFQDNs: [{matchName: api.example.org}]
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
      rules: {dns: [{matchName: api.example.org}, {matchPattern: "**.cluster.local"}]}
  - toFQDNs: [{matchName: api.example.org}]
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
      rules: {dns: [{matchPattern: "*.example.com"}, {matchName: api.example.org}]}
  - toFQDNs: [{matchName: api.example.org}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P602 A5.3 D30 D31",
    .check_cluster = check,
};

}  // namespace cnplint::rules::dns_rule_refuses_name
