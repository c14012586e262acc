// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "policy/verdict/rule_cover.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/subject_overlap.h"
#include "rules/each.h"

namespace cnplint::rules::deny_only_default_deny {
namespace {

/// The first rule that denies something in a direction that is in default deny.
const policy::PolicyRule* first_deny(const policy::RuleBase& base, const policy::Subject& subject,
                                     Direction direction) {
  const policy::PolicyRule* first = nullptr;
  bool denied_by_default = false;
  for (const policy::PolicyRule& rule : base.rules_of(subject)) {
    if (rule.direction != direction) continue;
    denied_by_default = denied_by_default || rule.default_deny;
    if (rule.denies() && rule.matches_something() && first == nullptr) first = &rule;
  }
  return denied_by_default ? first : nullptr;
}

bool is_of_every_port(const policy::PortFilter& port) {
  return port.protocol == policy::ip_protocol::kAny && port.first == 0 && port.name.empty();
}

/// Whether a subject denies everybody, so that there is no other traffic: everybody at once, or the
/// cluster and the world.
bool denies_everybody(const policy::RuleBase& base, const policy::Subject& subject,
                      Direction direction) {
  bool world = false;
  bool cluster = false;
  for (const policy::PolicyRule& rule : base.rules_of(subject)) {
    if (rule.direction != direction || !rule.denies() ||
        std::ranges::none_of(rule.ports, is_of_every_port))
      continue;
    const policy::PeerCover cover(rule, base);
    if (cover.covering_everybody()) return true;
    world = world || cover.world();
    cluster =
        cluster || std::ranges::any_of(rule.peer_places, [](NodeRef place) {
          return place.text() == "cluster" && field_name(place.parent()).ends_with("Entities");
        });
  }
  return world && cluster;
}

bool allows(const policy::RuleBase& base, std::uint32_t subject, Direction direction) {
  return std::ranges::any_of(
      base.rules_of(base.subjects[subject]), [&](const policy::PolicyRule& rule) {
        return rule.allows() && rule.direction == direction && rule.is_written();
      });
}

/// Takes the direction of a rule out of default deny.
policy::Changes leave_open(const policy::PolicyRule& deny, const std::string& name) {
  using policy::Value;
  const NodeRef spec = deny.where.parent().parent();
  if (!deny.is_written() || !spec.is_mapping()) return {};
  const NodeRef set = spec.get("enableDefaultDeny");
  if (!set)
    return {policy::add_entry(spec, "enableDefaultDeny",
                              Value::map({{name, Value::boolean(false)}}).in_line())};
  if (const NodeRef flag = set.get(name)) return {policy::set(flag, Value::boolean(false))};
  return {policy::add_entry(set, name, Value::boolean(false))};
}

void tell(const lint::ClusterContext& context, const policy::PolicyRule& deny,
          std::optional<std::uint32_t> beside, Report& report) {
  const policy::RuleBase& base = *context.rules;
  const std::string name(policy::direction_name(deny.direction));
  const std::string only =
      beside ? ", but for pods that " +
                   quoted(base.policies[base.subjects[*beside].policy].full_name()) +
                   " selects as well"
             : "";
  lint::Finding& finding = report.add(base.policies[deny.policy], deny.where,
                                      "nothing is allowed beside this deny rule" + only +
                                          ": all other " + name + " is denied as well");
  if (beside) finding.severity = lint::Severity::note;
  finding.fix = lint::unsafe_fix("set `enableDefaultDeny: {" + name +
                                     ": false}`, or allow what is needed: opens " + name +
                                     " but for what is denied here",
                                 leave_open(deny, name));
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  const auto overlap_of = [&](Direction direction) {
    return policy::SubjectOverlap(
        base, context.pods, [&](std::uint32_t each) { return allows(base, each, direction); });
  };
  std::map<Direction, policy::SubjectOverlap> overlaps;
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    const policy::Policy& policy = base.policies[base.subjects[i].policy];
    if (!policy::is_cilium(policy.kind)) continue;
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      const policy::PolicyRule* deny = first_deny(base, base.subjects[i], direction);
      if (deny == nullptr || denies_everybody(base, base.subjects[i], direction)) continue;
      const auto allowing = [&](std::uint32_t other) { return allows(base, other, direction); };
      if (context.subjects.beside_all(i, allowing)) continue;
      if (!overlaps.contains(direction)) overlaps.emplace(direction, overlap_of(direction));
      tell(context, *deny, overlaps.at(direction).first(i), report);
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "deny-only-default-deny",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy that only denies, and thereby denies everything",
    .why =
        R"(A rule in `ingressDeny` or `egressDeny` switches its direction to default deny like any other rule, so what
it does not name is denied, too, unless some policy allows it. Write `enableDefaultDeny` with the
direction set to false where only these peers are to be denied. Not reported where everybody is denied, and
where another policy of the input allows something to the same endpoints: then default deny is on
anyway. One for other labels, which these pods may have too, makes it a note.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingressDeny:
  - fromEntities: [world]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  enableDefaultDeny: {ingress: false}
  ingressDeny:
  - fromEntities: [world]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingressDeny:
  - fromEntities: [world]
  enableDefaultDeny: {ingress: false}
)"},
    .check_cluster = check,
};

}  // namespace cnplint::rules::deny_only_default_deny
