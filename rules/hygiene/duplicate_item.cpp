// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <unordered_map>

#include "rules/canonical.h"
#include "rules/each.h"

namespace cnplint::rules::duplicate_item {
namespace {

/// Says of each item of a list that an earlier one says the same. L7 rules are no part of what a
/// claim is about.
void look_at(NodeRef list, std::string_view what, bool claim, Report& report) {
  if (!list.is_sequence() || list.child_count() < 2) return;
  std::unordered_map<std::uint64_t, NodeRef> known;
  list.each_item([&](NodeRef item) {
    if (is_placeholder(item)) return;
    const auto [found, added] = known.try_emplace(canonical_hash(item), item);
    if (added || canonical(found->second) != canonical(item)) return;
    lint::Finding& finding = report.add(
        item, "this " + std::string(what) + " stands in " + quoted(field_name(list)) + " twice");
    finding.notes.push_back({lint::culprit_range(found->second), "the first time here"});
    finding.fix = lint::safe_fix("take it out", {policy::remove(item)});
    if (claim) finding.claim = lint::Claim::adds_nothing;
  });
}

void check_item(const RuleItem& item, Report& report) {
  for (const policy::Peers& peers : item.peers) look_at(peers.list, "peer", true, report);
  for (const policy::PortRule& rule : item.port_rules) {
    look_at(rule.node.is_sequence() ? rule.node : rule.node.get("ports"), "port", true, report);
    for (const char* kind : {"http", "dns", "kafka"})
      look_at(rule.rules.get(kind), "L7 rule", false, report);
  }
  if (field_name(item.to_ports) == "toPorts") look_at(item.to_ports, "entry", false, report);
  for (const NodeRef each : item.icmps.items()) look_at(each.get("fields"), "type", true, report);
}

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind)) return;  // an order, not a set
  for (const policy::Spec& spec : context.policy.specs) {
    for (const char* field : {"ingress", "ingressDeny", "egress", "egressDeny"})
      look_at(spec.node.get(field), "rule", true, report);
    for (const RuleItem& item : spec.items) check_item(item, report);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "duplicate-item",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule, peer or port that stands in the same list twice",
    .why =
        R"(The second one changes nothing. Mostly one of the two was to be edited after it was copied, and what
it was meant for is missing. Take it out, or give it what it was meant to say.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend}
    - matchLabels: {app: frontend}
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend}
    - matchLabels: {app: checkout}
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend}
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "A1.2",
    .check_policy = check,
};

}  // namespace cnplint::rules::duplicate_item
