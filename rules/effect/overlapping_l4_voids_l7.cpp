// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "policy/verdict/subject_index.h"
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::overlapping_l4_voids_l7 {
namespace {

using policy::PolicyRule;
using policy::PortFilter;
using policy::RuleBase;

std::uint16_t last_of(const PortFilter& port) { return std::max(port.first, port.end); }

/// Whether a filter without L7 rules lets all through that another one filters.
bool voids(const PortFilter& plain, const PortFilter& filtered) {
  namespace protocol = policy::ip_protocol;
  const bool open = plain.l7 == policy::L7Kind::none ||
                    (plain.l7 == policy::L7Kind::http && filtered.l7 == plain.l7 &&
                     has_open_http_rule(plain.l7_rules));
  if (!open) return false;
  if (plain.protocol != protocol::kAny && plain.protocol != filtered.protocol) return false;
  if (plain.name.empty() && plain.first == 0) return true;
  if (!filtered.name.empty() || !plain.name.empty()) return plain.name == filtered.name;
  return plain.first <= filtered.first && last_of(filtered) <= last_of(plain) &&
         filtered.first != 0;
}

/// Whether some peer of a rule is everybody that a peer of another one is.
bool covers_a_peer(const PolicyRule& plain, const PolicyRule& filtered, const RuleBase& base) {
  if (plain.any_peer) return true;
  return std::ranges::any_of(plain.peers, [&](std::uint32_t wide) {
    return base.selectors[wide].empty() ||
           std::ranges::any_of(filtered.peers, [&](std::uint32_t narrow) {
             return policy::covers(base.selectors[wide], base.selectors[narrow]);
           });
  });
}

/// A rule of a subject that makes the L7 rules of a port void; null where there is none.
const PolicyRule* voiding(const RuleBase& base, std::uint32_t subject, const PolicyRule& filtered,
                          const PortFilter& port) {
  for (const PolicyRule& plain : base.rules_of(base.subjects[subject]))
    if (plain.allows() && plain.direction == filtered.direction &&
        std::ranges::any_of(plain.ports,
                            [&](const PortFilter& each) { return voids(each, port); }) &&
        covers_a_peer(plain, filtered, base))
      return &plain;
  return nullptr;
}

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
bool filters(const PolicyRule& rule) {
  return rule.allows() && std::ranges::any_of(rule.ports, has_filter);
}

void check_rule(const lint::ClusterContext& context, std::uint32_t subject, const PolicyRule& rule,
                Report& report) {
  const RuleBase& base = *context.rules;
  NodeRef said;  // a port without a protocol is one filter for each
  for (const PortFilter& port : rule.ports) {
    if (!has_filter(port) || port.where == said) continue;
    const PolicyRule* plain = nullptr;
    const auto is_voiding = [&](std::uint32_t other) {
      plain = voiding(base, other, rule, port);
      return plain != nullptr;
    };
    if (!context.subjects.any_covering(subject, is_voiding) || plain == nullptr) continue;
    said = port.where;
    lint::Finding& finding = report.add(base.policies[rule.policy], port.where,
                                        "the L7 rules on this port filter nothing: another rule "
                                        "allows the same traffic without them");
    finding.notes.push_back({lint::culprit_range(plain->where),
                             "this one, of " + base.policies[plain->policy].subject()});
  }
}

void check(const lint::ClusterContext& context, Report& report) {
  for (std::uint32_t i = 0; i < context.rules->subjects.size(); ++i)
    for (const PolicyRule& rule : context.rules->rules_of(context.rules->subjects[i]))
      if (filters(rule)) check_rule(context, i, rule, report);
}

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
rules filter nothing: rules are alternatives, across all policies that select the endpoint. Narrow
the other rule, or give it the L7 rules, too.)",
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
    .check_cluster = check,
};

}  // namespace cnplint::rules::overlapping_l4_voids_l7
