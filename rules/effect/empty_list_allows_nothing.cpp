// SPDX-License-Identifier: Apache-2.0
#include "policy/text/change.h"
#include "rules/each.h"

namespace cnplint::rules::empty_list_allows_nothing {
namespace {

/// Whether an object has no list of a name, or an empty one: what has another type is something
/// else.
bool is_empty_list(NodeRef entry, const char* field) {
  const NodeRef list = entry.get(field);
  return entry.is_mapping() && (!list || list.is_null() || list.is_sequence()) &&
         !list.has_children();
}

/// A rule that matches nothing does what `{}` does, and that only where no other rule is there.
lint::Fix without_rule(const RuleItem& item) {
  // Peers beside the empty list may be what was meant.
  if (std::ranges::any_of(item.peers, [](const auto& each) { return each.list.has_children(); }))
    return {};
  const bool alone = item.node.parent().child_count() == 1;
  return lint::safe_fix(alone ? "write `{}`, which says the same" : "take the rule out",
                        policy::remove_rules(item.node.parent(), {item.node}));
}

/// An entry that matches nothing goes; not the last one, without which the rule is about all ports.
lint::Fix without_entry(const RuleItem& item, NodeRef entry) {
  const bool bare = entry.is_mapping() && entry.child_count() <= 1 && !entry.get("rules");
  if (!bare) return {};
  if (entry.parent().child_count() == 1) return item.deny ? lint::Fix() : without_rule(item);
  return lint::safe_fix("take the entry out", {policy::remove(entry)});
}

void check_peers(const RuleItem& item, Report& report) {
  const policy::Peers* services = item.peers_of(PeerKind::services);
  const bool filled_later = services != nullptr && services->list.has_children();
  for (const policy::Peers& peers : item.peers) {
    if (policy::presence(peers.list) != policy::Presence::empty || !peers.list.is_sequence())
      continue;
    if (peers.kind == PeerKind::fqdns || peers.kind == PeerKind::services ||
        peers.kind == PeerKind::groups)
      continue;  // these are as good as absent: empty-list-ignored
    // Services that resolve fill these two lists.
    if (filled_later && (peers.kind == PeerKind::endpoints || peers.kind == PeerKind::cidr_set))
      continue;
    lint::Finding& finding = report.add(
        peers.list, "empty " + quoted(field_name(peers.list)) + " selects nobody: the rule " +
                        (item.deny ? "denies" : "allows") + " nothing");
    for (const policy::Peers& other : item.peers)
      if (other.list.has_children())
        finding.notes.push_back({lint::culprit_range(other.list), "these peers are void, too"});
    if (!item.deny) finding.fix = without_rule(item);
  }
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    check_peers(item, report);
    for (const policy::PortRule& rule : item.port_rules)
      if (rule.ports.empty() && is_empty_list(rule.node, "ports"))
        report.add(rule.node, "an entry of `toPorts` without ports matches no traffic").fix =
            without_entry(item, rule.node);
    for (const NodeRef entry : item.icmps.items())
      if (is_empty_list(entry, "fields"))
        report.add(entry, "an entry of `icmps` without fields matches no traffic").fix =
            without_entry(item, entry);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-list-allows-nothing",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an empty list that makes a rule allow nothing",
    .why =
        R"(An empty list of endpoints, nodes, entities or CIDRs selects nobody, and voids the other peers of its
item as well. An entry of `toPorts` without ports, or of `icmps` without fields, matches no
traffic. The item still switches its direction to default deny. To deny everything, write the item
`{}`; it says so better.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: []
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - {}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_list_allows_nothing
