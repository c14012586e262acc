// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "policy/model/address.h"
#include "policy/verdict/firewall_order.h"
#include "rules/each.h"

namespace cnplint::rules::mergeable_egress_firewall_rules {
namespace {

/// A CIDR and the rules that it is made of.
struct Range {
  policy::Prefix prefix;
  std::vector<const RuleItem*> rules;
};

std::string text_of(const policy::Prefix& prefix) {
  return policy::to_string(prefix.first()) + "/" + std::to_string(prefix.length);
}

/// Whether two CIDRs are the halves of one.
bool are_halves(const policy::Prefix& a, const policy::Prefix& b) {
  return a.length == b.length && a.length > 0 && a.address.v6 == b.address.v6 &&
         policy::common_bits(a.first(), b.first()) == a.length - 1;
}

/// Takes a CIDR into those before it, which are in the order of their addresses.
void take(std::vector<Range>& ranges, Range next) {
  while (!ranges.empty() && are_halves(ranges.back().prefix, next.prefix)) {
    Range half = std::move(ranges.back());
    ranges.pop_back();
    half.rules.insert(half.rules.end(), next.rules.begin(), next.rules.end());
    --half.prefix.length;
    next = std::move(half);
  }
  ranges.push_back(std::move(next));
}

/// What is the same for rules that can be one.
std::string ports_of(const RuleItem& item) {
  std::vector<std::string> ports;
  for (const NodeRef port : item.to_ports.items())
    ports.push_back(std::string(port.get("protocol").text()) + "/" +
                    std::string(port.get("port").text()));
  std::ranges::sort(ports);
  return base::joined(ports, " ");
}

/// Rules of one type, next to each other, that match the same ports, by their CIDR.
using Run = std::map<std::string, Range>;

void report_inside(const Range& inner, const Range& outer, Report& report) {
  const NodeRef cidr = inner.rules.front()->node.get("to").get("cidrSelector");
  lint::Finding& finding =
      report.add(cidr, quoted(cidr.text()) + " lies in " + quoted(text_of(outer.prefix)) +
                           ", of which another rule says the same");
  finding.notes.push_back({lint::culprit_range(outer.rules.front()->node), "this one"});
  finding.fix = lint::safe_fix("take it out", {policy::remove(inner.rules.front()->node)});
}

void report_merged(const Range& merged, Report& report) {
  if (merged.rules.size() < 2) return;
  std::vector<const RuleItem*> rules = merged.rules;
  std::ranges::sort(rules, {}, [](const RuleItem* rule) { return rule->node.index(); });
  lint::Finding& finding =
      report.add(rules.front()->node,
                 base::counted(rules.size(), "rule") +
                     " of neighbouring addresses are one: " + quoted(text_of(merged.prefix)));
  constexpr std::size_t kMostNotes = 8;
  for (const RuleItem* rule : rules)
    if (rule != rules.front() && finding.notes.size() < kMostNotes)
      finding.notes.push_back({lint::culprit_range(rule->node), "with this one"});
  policy::Changes changes{
      policy::set_text(rules.front()->node.get("to").get("cidrSelector"), text_of(merged.prefix))};
  for (const RuleItem* rule : rules)
    if (rule != rules.front()) changes.push_back(policy::remove(rule->node));
  finding.fix =
      lint::safe_fix("write one rule for " + quoted(text_of(merged.prefix)), std::move(changes));
}

void report_run(const Run& run, Report& report) {
  std::vector<Range> merged;
  const Range* outer = nullptr;
  for (const auto& [key, range] : run) {
    if (outer != nullptr && outer->prefix.contains(range.prefix.address)) {
      report_inside(range, *outer, report);
      continue;
    }
    outer = &range;
    take(merged, range);
  }
  for (const Range& range : merged) report_merged(range, report);
}

void check_spec(const policy::Spec& spec, const policy::Environment& environment, Report& report) {
  std::vector<bool> reached(spec.items.size(), true);  // another rule speaks of those that are not
  for (const policy::ShadowedRule& each : policy::shadowed_rules(spec, environment))
    reached[each.rule] = false;
  std::map<std::string, Run> runs;  // by ports
  std::string_view type;
  const auto finish = [&] {
    for (const auto& [ports, run] : runs) report_run(run, report);
    runs.clear();
  };
  for (std::size_t i = 0; i < spec.items.size(); ++i) {
    const RuleItem& item = spec.items[i];
    const std::string_view next = item.node.get("type").text();
    // One of the other type that is not reached would be, were those before it taken out.
    if (next != type) finish();
    if (!reached[i]) continue;
    type = next;
    const auto prefix = policy::parse_prefix(item.node.get("to").get("cidrSelector").text());
    if (!prefix || policy::has_placeholder(type)) continue;
    runs[ports_of(item)].try_emplace(policy::prefix_key(prefix->address, prefix->length),
                                     Range{*prefix, {&item}});
  }
  finish();
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_firewall(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs)
    check_spec(spec, context.environment, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "mergeable-egress-firewall-rules",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "rules of an egress firewall that one rule could stand for",
    .why =
        R"(Neighbouring rules of the same type and ports for CIDRs that lie in each other, or that are the halves of
one, say in several lines what one line says. An EgressFirewall has at most 8,000 rules, an
EgressNetworkPolicy 1,000, and each costs the network plugin. Legitimate where each of them has a comment
of its own that somebody needs.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {cidrSelector: 192.0.2.0/25}}
  - {type: Allow, to: {cidrSelector: 192.0.2.128/25}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
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

}  // namespace cnplint::rules::mergeable_egress_firewall_rules
