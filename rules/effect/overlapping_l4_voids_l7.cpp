// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/verdict/rule_cover.h"
#include "rules/cover.h"
#include "rules/default_deny.h"
#include "rules/l7.h"
#include "rules/void_rules.h"

namespace cnplint::rules::overlapping_l4_voids_l7 {
namespace {

using policy::PolicyRule;
using policy::PortFilter;
using policy::RuleBase;

/// Whether DNS rules let every name through: they are there so that the proxy sees the names.
bool is_every_name(NodeRef l7_rules) {
  return std::ranges::any_of(l7_rules.get("dns").items(), [](NodeRef each) {
    const std::string_view pattern = each.get("matchPattern").text();
    return !pattern.empty() && pattern.find_first_not_of('*') == std::string_view::npos;
  });
}

/// Whether a port's L7 rules are there to keep something out.
bool has_filter(const PortFilter& port) {
  return port.l7 != policy::L7Kind::none && port.l7_rules.has_children() &&
         !is_every_name(port.l7_rules) && !has_open_http_rule(port.l7_rules);
}

/// Whether a port lets every request through of those that another one filters.
bool is_open(const PortFilter& plain, const PortFilter& filtered) {
  return plain.l7 == policy::L7Kind::none ||
         (plain.l7 == policy::L7Kind::http && filtered.l7 == plain.l7 &&
          has_open_http_rule(plain.l7_rules));
}
bool filters(const PolicyRule& rule) {
  return rule.allows() && std::ranges::any_of(rule.ports, has_filter);
}

/// How many peers of a filtered rule a plain one lets through as well.
enum class Voided { none, some, all };

/// L7 rules of a port that another rule makes void.
struct Void {
  std::uint32_t by;
  std::uint32_t rule;
  NodeRef port;
  Voided voided;
};

class Check {
 public:
  Check(const lint::ClusterContext& context, Report& report)
      : context_(context),
        base_(*context.rules),
        cover_(context.shared.get<policy::RuleCover>(base_, context.subjects)),
        denying_(base_),
        report_(report) {}

  void run() {
    for (std::uint32_t subject = 0; subject < base_.subjects.size(); ++subject)
      for (std::uint32_t i = base_.subjects[subject].first_rule;
           i < base_.subjects[subject].end_rule; ++i)
        if (filters(base_.rules[i])) look_at(subject, i);
    say_all();
  }

 private:
  void look_at(std::uint32_t subject, std::uint32_t index) {
    const PolicyRule& rule = base_.rules[index];
    if (says_default_deny_is_off(base_.subjects[subject], rule)) return;
    const std::vector<std::uint32_t> plain =
        cover_.standing_beside(subject, index, policy::Action::allow);
    NodeRef said;  // a port without a protocol is one filter for each
    for (const PortFilter& port : rule.ports) {
      if (!has_filter(port) || port.where == said) continue;
      std::optional<std::uint32_t> by;
      Voided most = Voided::none;
      for (const std::uint32_t each : plain)
        if (const Voided voided = voids(each, rule, port); voided > most) {
          most = voided;
          by = each;
        }
      if (!by) continue;
      said = port.where;
      voids_[*by].push_back({*by, index, port.where, most});
    }
  }

  /// Whether a rule lets all through that a port filters, for all or some of its peers.
  Voided voids(std::uint32_t plain, const PolicyRule& rule, const PortFilter& port) {
    const bool is_port_open = std::ranges::any_of(base_.rules[plain].ports, [&](const auto& each) {
      return is_open(each, port) && policy::covers(each, port);
    });
    if (!is_port_open) return Voided::none;
    const policy::PeerCover& peers = cover_.peers(plain);
    if (rule.any_peer) return peers.covering_everybody() ? Voided::all : Voided::none;
    Budget budget;
    std::size_t open = 0;
    for (const std::uint32_t peer : rule.peers)
      open += budget.spend(1) && peers.covering(peer) ? 1 : 0;
    if (open == 0) return Voided::none;
    return open == rule.peers.size() ? Voided::all : Voided::some;
  }

  void say(const Void& each) {
    const PolicyRule& plain = base_.rules[each.by];
    lint::Finding& finding =
        report_.add(base_.policies[base_.rules[each.rule].policy], each.port,
                    std::string("the L7 rules on this port filter nothing") +
                        (each.voided == Voided::some ? " of some of the peers" : "") +
                        ": another rule allows the same traffic without them");
    finding.between = plain.policy != base_.rules[each.rule].policy;
    finding.notes.push_back({lint::culprit_range(plain.where),
                             "this one, of " + base_.policies[plain.policy].full_name()});
  }

  /// One rule that voids the filters of many is one cause: it has the finding.
  void say_of_plain(std::uint32_t index, const std::vector<Void>& all) {
    const PolicyRule& plain = base_.rules[index];
    RuleIndices rules;
    for (const Void& each : all)
      if (rules.empty() || rules.back() != each.rule) rules.push_back(each.rule);
    lint::Finding& finding =
        report_.add(base_.policies[plain.policy], plain.where,
                    "this rule makes the L7 filters of " + counted_rules(base_, rules) +
                        " void: it allows the same traffic without them");
    add_void_rules(finding, base_, rules, "without effect");
    finding.fix.title = "narrow this rule, or give it the L7 rules, too";
  }

  void say_all() {
    constexpr std::size_t kFew = 3;
    for (const auto& [plain, all] : voids_) {
      if (all.size() > kFew && context_.is_reported(base_.rules[plain].where))
        say_of_plain(plain, all);
      else
        for (const Void& each : all) say(each);
    }
  }

  /// Since 1.19 L7 rules only make visible where nothing puts the direction into default deny
  /// (A1.3).
  bool says_default_deny_is_off(const policy::Subject& subject, const PolicyRule& rule) {
    constexpr policy::Release kOnlyVisible{19};
    if (rule.default_deny || base_.environment.cilium < kOnlyVisible) return false;
    const NodeRef flag = rule.where.parent()
                             .parent()
                             .get("enableDefaultDeny")
                             .get(policy::direction_name(rule.direction));
    if (!flag || is_placeholder(flag) || denying_.may_deny(subject, rule.direction)) return false;
    const auto port = std::ranges::find_if(rule.ports, has_filter);
    lint::Finding& finding = report_.add(
        base_.policies[rule.policy], port->where,
        "the L7 rules on this port filter nothing: default deny is off, and then they only make "
        "requests visible");
    finding.notes.push_back({lint::culprit_range(flag), "it is switched off here"});
    return true;
  }

  const lint::ClusterContext& context_;
  const RuleBase& base_;
  policy::RuleCover& cover_;
  DenyingNamespaces denying_;
  Report& report_;
  std::map<std::uint32_t, std::vector<Void>> voids_;  ///< by the rule that makes them void
};

void check(const lint::ClusterContext& context, Report& report) { Check(context, report).run(); }

}  // namespace

CNPLINT_RULE{
    .name = "overlapping-l4-voids-l7",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an L4 rule for the same traffic that makes L7 rules void",
    .why =
        R"(When a rule without L7 rules allows the same peer on the same port, every request is allowed and the L7
rules filter nothing: rules are alternatives, across all policies that select the endpoint. `world`, 0.0.0.0/0 and a wider
range are the same peer as the address or name that lies in them. Without default deny
(`enableDefaultDeny` false) nothing is filtered either, since Cilium 1.19. Narrow the other rule, or
give it the L7 rules, too.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET}]}
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET}]}
)"},
    .facts = "A1.3 A2.3 A5.2 P106",
    .check_cluster = check,
};

}  // namespace cnplint::rules::overlapping_l4_voids_l7
