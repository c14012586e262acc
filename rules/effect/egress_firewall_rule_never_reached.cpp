// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/verdict/firewall_order.h"
#include "rules/canonical.h"
#include "rules/each.h"

namespace cnplint::rules::egress_firewall_rule_never_reached {
namespace {

using policy::ShadowedRule;

/// What a rule is about, as it is written: for messages.
std::string target_of(const RuleItem& item) {
  const NodeRef to = item.node.get("to");
  for (const char* field : {"cidrSelector", "dnsName"})
    if (const NodeRef value = to.get(field); policy::is_stored(value)) return quoted(value.text());
  return "nodes";
}

/// Rules that are not reached for one and the same reason.
struct Group {
  std::vector<const ShadowedRule*> rules;
  bool opposite = false;  ///< the rules before them do the other thing
};

std::string message_of(const policy::Spec& spec, const ShadowedRule& rule, bool opposite) {
  const RuleItem& before = spec.items[rule.by.front()];
  const std::string rules = rule.by.size() > 1
                                ? "rules before it decide for all that it matches"
                                : std::string("a rule before it ") +
                                      (before.deny ? "denies " : "allows ") + target_of(before);
  if (rule.ipv4_only) return "never reached for IPv4 addresses: " + rules;
  return opposite ? "never reached: " + rules : "never reached, and not needed: " + rules;
}

void add_notes(const policy::Spec& spec, const Group& group, lint::Finding& finding) {
  constexpr std::size_t kMostNotes = 8;
  const ShadowedRule& first = *group.rules.front();
  for (const std::uint32_t before : first.by) {
    if (finding.notes.size() == kMostNotes) break;
    finding.notes.push_back({lint::culprit_range(spec.items[before].node),
                             "the first rule that matches decides: this one"});
  }
  for (std::size_t i = 1; i < group.rules.size(); ++i) {
    if (finding.notes.size() == kMostNotes) {
      finding.notes.push_back(
          {{}, "and " + base::counted(group.rules.size() - i, "rule") + " more behind it"});
      return;
    }
    finding.notes.push_back({lint::culprit_range(spec.items[group.rules[i]->rule].node),
                             "nor is this one, " + target_of(spec.items[group.rules[i]->rule])});
  }
}

/// Whether two rules have the same destination and ports.
bool says_the_same(NodeRef rule, NodeRef other) {
  return std::ranges::all_of(std::array{"to", "ports"}, [&](const char* field) {
    const NodeRef one = rule.get(field);
    const NodeRef two = other.get(field);
    return static_cast<bool>(one) == static_cast<bool>(two) &&
           (!one || canonical(one) == canonical(two));
  });
}

void report_group(const policy::Spec& spec, const Group& group, Report& report) {
  const ShadowedRule& first = *group.rules.front();
  const RuleItem& item = spec.items[first.rule];
  lint::Finding& finding = report.add(item.node, message_of(spec, first, group.opposite));
  if (!group.opposite) finding.severity = lint::Severity::note;
  if (!first.by_address) finding.claim = lint::Claim::never_reached;
  add_notes(spec, group, finding);
  const NodeRef before = spec.items[first.by.front()].node;
  if (group.opposite)
    finding.fix = lint::unsafe_fix(
        "move it before " + std::string(first.by.size() > 1 ? "the first of them" : "that rule") +
            ", or take it out: " + (item.deny ? "closes" : "opens") + " what it matches",
        {policy::lift_before(item.node, before)});
  else
    finding.fix = lint::safe_fix("take it out", {policy::remove(item.node)});
  // A Deny that an earlier one has may be there for an Allow behind it, which is in the wrong
  // place.
  const auto is_other = [&](const RuleItem& each) {
    return &each > &item && each.deny != item.deny;
  };
  if (!group.opposite && std::ranges::any_of(spec.items, is_other)) finding.fix.changes.clear();
  // What stands between and says the opposite of the one that moves would no longer come first.
  const auto is_between = [&](const RuleItem& each) {
    return &each > &spec.items[first.by.front()] && &each < &item && each.deny != item.deny;
  };
  if (group.opposite && std::ranges::any_of(spec.items, is_between)) finding.fix.changes.clear();
  // Where both are about the same, it would only be the other one that is not reached.
  if (first.ipv4_only || (group.opposite && says_the_same(before, item.node)))
    finding.fix.changes.clear();
}

void check_spec(const policy::Spec& spec, const PolicyContext& context, Report& report) {
  const std::vector<ShadowedRule> shadowed = policy::shadowed_rules(spec, context.environment);
  // One cause is one finding: by the first rule that decides, and whether it says the same.
  std::map<std::pair<std::uint32_t, bool>, std::size_t> index;
  std::vector<Group> groups;
  for (const ShadowedRule& each : shadowed) {
    const bool deny = spec.items[each.rule].deny;
    const auto other = [&](std::uint32_t before) { return spec.items[before].deny != deny; };
    const bool opposite = std::ranges::any_of(each.by, other);
    const auto [found, added] = index.try_emplace({each.by.front(), opposite}, groups.size());
    if (added) groups.push_back({{}, opposite});
    groups[found->second].rules.push_back(&each);
  }
  for (const Group& group : groups) report_group(spec, group, report);
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_firewall(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs) check_spec(spec, context, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "egress-firewall-rule-never-reached",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule of an egress firewall behind one that matches all that it matches",
    .why =
        R"(The rules of an EgressFirewall or EgressNetworkPolicy are asked in their order, and the first that
matches decides. An Allow behind a Deny of `0.0.0.0/0` allows nothing, a Deny behind an Allow that
holds its addresses denies nothing. A rule that says the same as one before it is only not needed: that is a
note. Where the Deny is of `0.0.0.0/0` alone, a name is still reached by its IPv6 addresses.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
  - {type: Allow, to: {cidrSelector: 192.0.2.0/24}}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {cidrSelector: 192.0.2.0/24}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {cidrSelector: 192.0.2.0/24}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::egress_firewall_rule_never_reached
