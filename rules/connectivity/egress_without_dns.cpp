// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/label.h"
#include "rules/dns.h"
#include "rules/dns_rule.h"

namespace cnplint::rules::egress_without_dns {
namespace {

constexpr lint::Option kOptions[] = {
    {"dnsNamespaces", "The old name of `environment.dns`, which is read as well."}};

using policy::Condition;
using policy::DnsMiss;
using policy::Policy;
using policy::PolicyRule;
using policy::PortFilter;
using policy::Subject;

/// Whether clients find by name what a selector selects: not addresses, and no nodes.
bool is_found_by_name(const policy::Conditions& selector) {
  return std::ranges::none_of(selector, [](const Condition& each) {
    const bool address = each.source == "cidr" || each.source == "cidrgroup";
    const bool there = each.op == Condition::Op::in || each.op == Condition::Op::exists;
    return there && (address || (each.source == "reserved" && !each.key.starts_with("world")));
  });
}

/// Whether clients of this rule use names: it allows something, and not only addresses.
bool uses_names(const PolicyRule& rule, const policy::RuleBase& base) {
  if (!rule.allows() || rule.direction != Direction::egress || !rule.matches_something())
    return false;
  const bool only_icmp = std::ranges::all_of(rule.ports, [](const PortFilter& port) {
    return policy::ip_protocol::is_icmp(port.protocol);
  });
  if (only_icmp) return false;
  return rule.any_peer || rule.where.get("toServices").has_children() ||
         std::ranges::any_of(rule.peers, [&](std::uint32_t peer) {
           return is_found_by_name(base.selectors[peer]);
         });
}

/// Whether a subject is a namespace, or the cluster, and not some of its pods.
bool is_whole(const Subject& subject) {
  return std::ranges::none_of(subject.selector, [](const Condition& each) {
    return each.key != policy::kNamespaceLabel || each.op == Condition::Op::not_in;
  });
}

bool allows_something(const policy::RuleBase& base, const Subject& subject, Direction direction) {
  return std::ranges::any_of(base.rules_of(subject), [&](const PolicyRule& rule) {
    return rule.allows() && rule.direction == direction && rule.matches_something();
  });
}

/// Whether a subject simply denies all egress.
bool denies_everything(const policy::RuleBase& base, const Subject& subject) {
  return std::ranges::none_of(base.rules_of(subject), [](const PolicyRule& rule) {
    return rule.direction == Direction::egress && rule.matches_something();
  });
}

bool speaks_of_quarantine(std::string_view text) {
  return text.find("quarantine") != std::string_view::npos ||
         text.find("isolat") != std::string_view::npos;
}

/// Whether a policy cuts its pods off on purpose: nothing comes in either, and it says so.
bool is_quarantine(const policy::RuleBase& base, const Subject& subject) {
  const bool closed = std::ranges::any_of(base.rules_of(subject), [](const PolicyRule& rule) {
    return rule.direction == Direction::ingress && rule.default_deny;
  });
  return closed && !allows_something(base, subject, Direction::ingress) &&
         (speaks_of_quarantine(base.policies[subject.policy].name) ||
          std::ranges::any_of(subject.selector, [](const Condition& each) {
            return speaks_of_quarantine(each.key) ||
                   std::ranges::any_of(each.values, speaks_of_quarantine);
          }));
}

/// Whether a subject is one of Cilium's own endpoints, which ask no DNS of the cluster.
bool is_of_cilium(const Subject& subject) {
  return std::ranges::any_of(subject.selector, [](const Condition& each) {
    const bool there = each.op == Condition::Op::in || each.op == Condition::Op::exists;
    return there && each.source == "reserved" && (each.key == "ingress" || each.key == "health");
  });
}

class Finder {
 public:
  Finder(const lint::ClusterContext& context, Report& report)
      : context_(context), base_(*context.rules), supply_(dns_supply(context)), report_(report) {}

  void run() {
    for (std::uint32_t i = 0; i < base_.subjects.size(); ++i) {
      const Subject& subject = base_.subjects[i];
      if (!subject.node && !is_of_cilium(subject) && denies_egress(base_, subject) &&
          !supply_.reach().is_server(subject))
        look_at(i);
    }
    for (const Group& group : groups_) tell(group);
  }

 private:
  /// Subjects of one namespace without any DNS: what they lack is one policy.
  struct Group {
    std::vector<const PolicyRule*> rules;   ///< one of each, which uses names
    std::vector<const PolicyRule*> closed;  ///< of subjects that allow nothing
    bool some = false;                      ///< of some pods of the namespace, or of all of them
    std::optional<std::uint32_t> beside;    ///< a subject by which some of their pods have DNS
    bool told = false;                      ///< some have a finding that says more
  };

  Group& group_of(const Subject& subject, std::uint32_t index,
                  std::optional<std::uint32_t> beside = {}) {
    std::string key = subject.ns.empty() ? "/" + std::to_string(index) : subject.ns;
    if (beside) key += "/" + std::to_string(*beside);
    const auto [found, added] = groups_by_key_.try_emplace(key, groups_.size());
    if (added) groups_.push_back({{}, {}, subject.ns.empty(), beside, false});
    return groups_[found->second];
  }

  /// Whether some policy may allow the pods of a subject any egress.
  [[nodiscard]] bool may_be_opened(std::uint32_t index) {
    const auto opens = [&](std::uint32_t other) {
      return allows_something(base_, base_.subjects[other], Direction::egress);
    };
    if (!opening_) opening_.emplace(base_, context_.pods, opens);
    return context_.subjects.beside_all(index, opens) || opening_->first(index);
  }

  void look_at_closed(std::uint32_t index) {
    const Subject& subject = base_.subjects[index];
    // Who else is in a namespace whose name is filled in later is not known.
    if (policy::has_placeholder(subject.ns) || !denies_everything(base_, subject) ||
        is_quarantine(base_, subject))
      return;
    const bool whole = is_whole(subject);
    if (whole ? supply_.any(index) : supply_.of(index) != policy::kNoDns || may_be_opened(index))
      return;
    const auto rules = base_.rules_of(subject);
    Group& group = group_of(subject, index);
    if (group.closed.empty()) group.some = !whole || subject.ns.empty();
    group.closed.push_back(&*std::ranges::find(rules, Direction::egress, &PolicyRule::direction));
  }

  void look_at(std::uint32_t index) {
    const Subject& subject = base_.subjects[index];
    const auto rules = base_.rules_of(subject);
    const auto first = std::ranges::find_if(
        rules, [&](const PolicyRule& rule) { return uses_names(rule, base_); });
    if (first == rules.end()) return look_at_closed(index);
    const unsigned found = supply_.of(index);
    if (found == policy::kDnsOverBoth) return;
    if (found != policy::kNoDns) return tell_of_half(index, found);
    const auto beside = supply_.maybe_beside(index, policy::kDnsOverBoth);
    // What names in toFQDNs need is more, and said by fqdn-without-dns-rule.
    const bool fqdns =
        std::ranges::any_of(rules, [&](const PolicyRule& rule) { return has_names(rule, base_); });
    if (tell_of_miss(subject, beside) || fqdns)
      group_of(subject, index).told = true;
    else
      group_of(subject, index, beside).rules.push_back(&*first);
  }

  [[nodiscard]] const Policy& policy_of(const PolicyRule& rule) const {
    return base_.policies[rule.policy];
  }

  [[nodiscard]] bool is_network_policy(const PolicyRule& rule) const {
    return policy_of(rule).kind == policy::PolicyKind::network_policy;
  }

  [[nodiscard]] std::string ports_to_open(const PolicyRule& rule, std::uint16_t port) const {
    const std::string number = std::to_string(port);
    return is_network_policy(rule) ? number + "/UDP and " + number + "/TCP" : number + "/ANY";
  }

  void tell(const Group& group) {
    if (group.rules.empty() && (group.closed.empty() || group.told)) return;
    const auto& rules = group.rules.empty() ? group.closed : group.rules;
    const PolicyRule& first = *rules.front();
    lint::Finding& finding = report_.add(
        policy_of(first), group.rules.empty() ? place_of(first) : first.where, message_of(group));
    if (group.rules.empty() || group.beside) finding.severity = lint::Severity::note;
    finding.fix.title = "allow " + ports_to_open(first, policy::kDnsPort) + " to the cluster's DNS";
    if (!group.rules.empty() && !group.beside) add_dns(group, finding);
    constexpr std::size_t kMostNotes = 8;
    for (std::size_t i = 1; i < std::min(rules.size(), kMostNotes + 1); ++i)
      finding.notes.push_back({lint::culprit_range(place_of(*rules[i])),
                               "the same for " + quoted(policy_of(*rules[i]).full_name())});
    if (rules.size() > kMostNotes + 1)
      finding.notes.push_back(
          {{}, "and for " + base::counted(rules.size() - kMostNotes - 1, "more policy")});
  }

  /// A rule in each of the policies.
  void add_dns(const Group& group, lint::Finding& finding) const {
    policy::Changes changes;
    for (const PolicyRule* rule : group.rules)
      for (policy::Change& change : allow_dns(context_, *rule, false))
        changes.push_back(std::move(change));
    finding.fix = lint::unsafe_fix(finding.fix.title + ": opens egress to it", std::move(changes));
  }

  [[nodiscard]] std::string message_of(const Group& group) const {
    if (group.beside)
      return "egress is denied by default, and DNS is allowed only for pods that " +
             name_of_subject(*group.beside) + " selects as well";
    if (!group.rules.empty()) return "egress is denied by default and nothing allows DNS";
    return "all egress is denied, and no policy of the input allows DNS to any pod " +
           std::string(group.some ? "that it selects" : "of this namespace");
  }

  [[nodiscard]] std::string name_of_subject(std::uint32_t subject) const {
    return quoted(base_.policies[base_.subjects[subject].policy].full_name());
  }

  /// The rule as somebody wrote it; where it only stands for default deny, its policy.
  [[nodiscard]] NodeRef place_of(const PolicyRule& rule) const {
    return rule.is_written() ? rule.where : name_of(policy_of(rule));
  }

  /// DNS over one transport only: told where that is allowed, not for everybody who has it so.
  void tell_of_half(std::uint32_t index, unsigned found) {
    const Subject& subject = base_.subjects[index];
    for (std::uint32_t i = subject.first_rule; i < subject.end_rule; ++i) {
      const PolicyRule& rule = base_.rules[i];
      const unsigned own = supply_.reach().of_rule(i);
      if (own == policy::kNoDns) continue;
      const std::string port = std::to_string(supply_.reach().port_behind(rule));
      const NodeRef where = port_for_dns(rule);
      if (found == policy::kDnsOverUdp) {
        lint::Finding& finding =
            report_.add(policy_of(rule), where,
                        "DNS is allowed over UDP only: answers too large for it are asked for "
                        "again over TCP");
        finding.severity = lint::Severity::note;
        finding.fix =
            lint::unsafe_fix("allow " + port + "/TCP as well: opens it", allow_both(where, "TCP"));
        return;
      }
      if (const auto beside = supply_.maybe_beside(index, policy::kDnsOverUdp))
        return tell_of_tcp_only(rule, where, *beside);
      const bool unsaid = is_network_policy(rule) && !policy::is_stored(where.get("protocol"));
      report_
          .add(policy_of(rule), where,
               unsaid ? "a port without `protocol` is TCP: DNS questions go over UDP, which "
                        "nothing allows"
                      : "DNS is allowed over TCP only: questions go over UDP")
          .fix =
          lint::unsafe_fix((unsaid ? "add `protocol: UDP`, and the same port with `protocol: TCP`"
                                   : "allow " + port + "/UDP as well") +
                               std::string(": opens it"),
                           allow_both(where, "UDP"));
      return;
    }
  }

  /// The port over the other transport as well: a further one, which every kind can say.
  static policy::Changes allow_both(NodeRef port, const char* other) {
    if (!port.is_mapping() || !port.parent().is_sequence() || !policy::is_stored(port.get("port")))
      return {};
    // Rules for HTTP or Kafka are for TCP only.
    const NodeRef rules = port.parent().parent().get("rules");
    if (rules && !rules.get("dns")) return {};
    policy::Value value = policy::Value::of(port);
    value.set("protocol", policy::Value::text(other));
    policy::Changes changes{policy::add_item(port.parent(), std::move(value).in_line())};
    if (!policy::is_stored(port.get("protocol")))
      changes.push_back(policy::add_entry(port, "protocol", policy::Value::text("TCP")));
    return changes;
  }

  void tell_of_tcp_only(const PolicyRule& rule, NodeRef where, std::uint32_t beside) {
    report_
        .add(policy_of(rule), where,
             "DNS is allowed over TCP only, but for pods that " + name_of_subject(beside) +
                 " selects as well: questions go over UDP")
        .severity = lint::Severity::note;
  }

  /// The port that lets a rule ask DNS servers; the rule where it names none.
  static NodeRef port_for_dns(const PolicyRule& rule) {
    const auto port = std::ranges::find_if(
        rule.ports, [](const PortFilter& each) { return policy::covers_dns_port(each); });
    return port != rule.ports.end() && port->where ? port->where : rule.where;
  }

  /// The rule of a subject that should lead to DNS and does not, those that are meant for it first;
  /// none where there is none of which something can be said.
  [[nodiscard]] std::optional<std::uint32_t> vain_rule(const Subject& subject) const {
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = subject.first_rule; i < subject.end_rule; ++i) {
      const DnsMiss miss = supply_.reach().miss(i);
      if (miss == DnsMiss::none || miss == DnsMiss::unknown) continue;
      if (policy::is_for_dns(base_.rules[i])) return i;
      if (!found) found = i;
    }
    return found;
  }

  /// Tells of a rule that should lead to DNS and does not; says whether there is one. Where some
  /// pods have DNS by another policy that is a note.
  bool tell_of_miss(const Subject& subject, std::optional<std::uint32_t> beside) {
    const auto index = vain_rule(subject);
    if (!index) return false;
    const PolicyRule& rule = base_.rules[*index];
    lint::Finding* finding = nullptr;
    switch (supply_.reach().miss(*index)) {
      case DnsMiss::outside:
        finding = &tell_of_outside(rule);
        break;
      case DnsMiss::other_port:
        finding = &tell_of_other_port(rule);
        break;
      case DnsMiss::other_pods:
        finding = &tell_of_other_pods(rule);
        break;
      case DnsMiss::strange_pods:
        finding = &tell_of_strange_pods(rule);
        break;
      default:  // of a ClusterIP cidr-of-cluster-address tells
        return true;
    }
    if (beside) {
      finding->severity = lint::Severity::note;
      finding->notes.push_back(
          {lint::culprit_range(name_of(base_.policies[beside_policy(*beside)])),
           "this one allows it for pods that it selects as well"});
    }
    return true;
  }

  [[nodiscard]] std::uint32_t beside_policy(std::uint32_t subject) const {
    return base_.subjects[subject].policy;
  }

  lint::Finding& tell_of_outside(const PolicyRule& rule) {
    NodeRef place = rule.peer_places.front();
    if (const NodeRef block = place.get("ipBlock")) place = block;
    if (const NodeRef cidr = place.get("cidr")) place = cidr;
    lint::Finding& finding = report_.add(
        policy_of(rule), place,
        (policy::is_for_dns(rule) ? "port 53 of " : "") + quoted(place.text()) +
            " is not the cluster's DNS: what is outside the cluster is neither pod nor node, so "
            "nothing allows DNS");
    finding.fix = lint::unsafe_fix("allow " + ports_to_open(rule, policy::kDnsPort) +
                                       " to the pods of the cluster's DNS: opens egress to them",
                                   allow_dns(context_, rule, false));
    return finding;
  }

  lint::Finding& tell_of_other_port(const PolicyRule& rule) {
    const NodeRef place = port_for_dns(rule);
    const std::uint16_t port = supply_.reach().port_behind(rule);
    const std::string number = std::to_string(port);
    const std::string who = port == policy::kOpenShiftDnsPort ? "the DNS pods of OpenShift listen"
                                                              : "the DNS pods listen";
    lint::Finding& finding =
        report_.add(policy_of(rule), place,
                    who + " on " + number + ", and policies see the port of the pod, not that of " +
                        "the Service: nothing allows DNS");
    finding.fix = lint::unsafe_fix("open " + ports_to_open(rule, port) + ": opens egress to them",
                                   allow_dns(context_, rule, false));
    return finding;
  }

  lint::Finding& tell_of_other_pods(const PolicyRule& rule) {
    const std::uint32_t pod = supply_.reach().servers().front().pod;
    const policy::Workload& server = context_.pods.workload(pod);
    lint::Finding& finding = report_.add(policy_of(rule), rule.peer_places.front(),
                                         "no DNS server is selected: " + quoted(server.subject) +
                                             missing(rule, pod) + ", so nothing allows DNS");
    finding.fix = lint::unsafe_fix("select the pods of " + quoted(server.subject) +
                                       " by labels that they have: opens egress to them",
                                   allow_dns(context_, rule, false));
    finding.notes.push_back({server.place, "the DNS server of the input"});
    return finding;
  }

  /// Pods in a namespace of DNS servers, by labels that are none of theirs as far as anybody knows.
  lint::Finding& tell_of_strange_pods(const PolicyRule& rule) {
    lint::Finding& finding = report_.add(
        policy_of(rule), rule.peer_places.front(),
        "nothing else allows DNS, and no usual DNS server has the labels that are asked "
        "for here");
    finding.severity = lint::Severity::note;
    finding.fix.title = "select `k8s-app: kube-dns`, unless the pods of this cluster's DNS differ";
    return finding;
  }

  /// What a server lacks of the first peer.
  [[nodiscard]] std::string missing(const PolicyRule& rule, std::uint32_t pod) const {
    const policy::Conditions& selector = base_.selectors[rule.peers.front()];
    const auto failed = std::ranges::find_if(selector, [&](const Condition& each) {
      return !each.matches(context_.pods.identity(pod));
    });
    if (failed == selector.end()) return " is another one";
    if (policy::is_filtered_label(failed->key))
      return " cannot be found by " + quoted(failed->key) + ", which is part of no identity";
    const bool value = failed->op == Condition::Op::in && failed->values.size() == 1;
    return (failed->op == Condition::Op::does_not_exist || failed->op == Condition::Op::not_in
                ? " is kept out by "
                : " does not have ") +
           quoted(value ? failed->key + ": " + failed->values.front() : failed->key);
  }

  const lint::ClusterContext& context_;
  const policy::RuleBase& base_;
  policy::DnsSupply& supply_;
  Report& report_;
  std::vector<Group> groups_;
  std::map<std::string, std::size_t> groups_by_key_;
  std::optional<policy::SubjectOverlap> opening_;  ///< subjects that allow some egress
};

void check(const lint::ClusterContext& context, Report& report) { Finder(context, report).run(); }

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
input that select the same endpoints count. DNS servers are the workloads of the input that are ones;
without any, kube-dns, CoreDNS and NodeLocal DNS in kube-system, and the DNS of OpenShift, whose pods
listen on 5353; further namespaces are the setting `environment.dns`. They are pods: port 53 of
`0.0.0.0/0` or of a ClusterIP does not lead to them. Answers that are too large for UDP are asked for
again over TCP: allow both. Policies of one namespace that lack DNS are one finding; where a policy for
other labels, which these pods may have too, allows DNS, it is a note. A policy that allows only addresses
is not reported, one that denies everything only where nobody has DNS.)",
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
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: checkout}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  - toEndpoints:
    - matchLabels:
        k8s-app: kube-dns
        k8s:io.kubernetes.pod.namespace: kube-system
    toPorts:
    - ports:
      - {port: "53", protocol: ANY}
)"},
    .options = kOptions,
    .facts = "P103 P401 P402 P614 A6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::egress_without_dns
