// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"

namespace cnplint::rules::empty_list_ignored {
namespace {

/// An item that allows nobody. Of the deny lists it denies nothing and switches as well.
policy::Change deny_by_default(NodeRef list) {
  return policy::set(list, policy::Value::list({policy::Value::map()}).in_line());
}

bool is_empty_list(NodeRef list) { return list.is_sequence() && !list.has_children(); }

/// Empty sections beside filled ones; a policy without any rule is policy-without-rules.
void check_sections(const PolicyContext& context, const policy::Spec& spec, Report& report) {
  constexpr policy::Release kRefusedWhenAllAreEmpty{18};
  if (spec.items.empty() && context.environment.cilium >= kRefusedWhenAllAreEmpty) return;
  for (const char* field : {"ingress", "ingressDeny", "egress", "egressDeny"})
    if (const NodeRef list = spec.node.get(field); is_empty_list(list))
      report.add(list, "empty " + quoted(field) + " has no effect: it is no default deny").fix =
          lint::unsafe_fix("to deny everything, write `" + std::string(field) +
                               ": [{}]`: closes this direction but for what other rules allow",
                           {deny_by_default(list)});
}

void check_peers(const RuleItem& item, Report& report) {
  const bool ports = item.to_ports.has_children();
  for (const policy::Peers& peers : item.peers) {
    const bool ignored = peers.kind == PeerKind::fqdns || peers.kind == PeerKind::services ||
                         peers.kind == PeerKind::groups || peers.kind == PeerKind::network_policy;
    if (!ignored || !is_empty_list(peers.list)) continue;
    const bool any = ports || peers.kind == PeerKind::network_policy;
    lint::Finding& finding = report.add(
        peers.list, "empty " + quoted(field_name(peers.list)) + " is as good as absent: " +
                        (any ? "the rule holds for any peer" : "the rule allows nothing"));
    // The documentation of NetworkPolicy says so, and many write it for "any": what it opens is
    // said as of any rule without peers.
    if (peers.kind == PeerKind::network_policy)
      finding.severity = lint::Severity::note;
    else
      finding.opens = any;
  }
}

void check_ports(const RuleItem& item, Report& report) {
  if (is_empty_list(item.to_ports) && !item.peers.empty())
    report.add(item.to_ports, "empty " + quoted(field_name(item.to_ports)) +
                                  " is as good as absent: every port is allowed");
  for (const policy::PortRule& rule : item.port_rules)
    for (const char* field : {"http", "dns"})
      if (const NodeRef list = rule.rules.get(field); is_empty_list(list))
        report.add(list, "empty " + quoted(field) +
                             " is no L7 rule: everything on these ports is allowed");
}

void check(const PolicyContext& context, Report& report) {
  const bool cilium = policy::is_cilium(context.policy.kind);
  for (const policy::Spec& spec : context.policy.specs) {
    if (cilium) check_sections(context, spec, report);
    for (const RuleItem& item : spec.items) {
      check_peers(item, report);
      check_ports(item, report);
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-list-ignored",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an empty list that is as good as absent",
    .why =
        R"(Some empty lists count as not written. An empty `toFQDNs`, `toServices`, `toGroups` or `fromGroups` beside
`toPorts` leaves a rule for any peer; an empty `toPorts` leaves every port; an empty list of L7
rules leaves a plain L4 rule; and an empty `ingress` or `egress` beside a filled one does nothing:
it is no default deny. In a NetworkPolicy an empty `from` or `to` is any peer, which many mean by it: a note. To deny everything,
write an item that allows nothing: `ingress: [{}]`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress: []
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress: [{}]
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress: [{}]
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_list_ignored
