// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include "rules/cidr.h"
#include "rules/each.h"
#include "rules/intent.h"
#include "rules/peer_scope.h"
#include "rules/shared_namespace.h"

namespace cnplint::rules::no_ports {
namespace {

/// Whether other rules say it already.
bool is_reported_elsewhere(const RuleItem& item) {
  const policy::Peers* entities = item.peers_of(PeerKind::entities);
  if (entities == nullptr || item.direction != Direction::egress) return false;
  return std::ranges::any_of(entities->list.items(), [](NodeRef entity) {
    return entity.text() == "world" || entity.text() == "all";
  });
}

/// Whether an entity is more than what everybody trusts: the API server has one port that matters,
/// the node of a pod reaches it anyway, and what comes through the ingress is said elsewhere.
bool is_wide_entity(NodeRef entity) {
  constexpr std::array<std::string_view, 4> kWide{"cluster", "all", "world", "unmanaged"};
  return std::ranges::find(kWide, entity.text()) != kWide.end();
}

/// Whether a selector of namespaces may be meant for a known one: that of the policy, by whichever
/// label, or one whose pods come to those of all. A policy whose namespace is not written may be in
/// any that it names.
bool is_known_place(const policy::Policy& policy, std::string_view value) {
  return policy.ns.empty() ? !policy.clusterwide() || is_shared_namespace(value)
                           : value == policy.effective_namespace() || is_shared_namespace(value);
}

/// Whether a peer is all pods of some namespaces, which are no known place.
bool is_other_namespace(const policy::Policy& policy, PeerKind kind, NodeRef peer) {
  if (scope_of(policy, kind, peer) == PeerScope::own_namespace) return false;
  if (kind == PeerKind::network_policy) {
    const NodeRef pods = peer.get("podSelector");
    if (policy::is_stored(pods) && !policy::matches_everything(pods)) return false;
    peer = peer.get("namespaceSelector");
  }
  return std::ranges::all_of(policy::conditions(peer), [&](const policy::Condition& each) {
    const bool of_namespaces =
        kind == PeerKind::network_policy || policy::is_namespace_key(each.key);
    return each.source != "reserved" && of_namespaces &&
           std::ranges::none_of(each.values, [&](const std::string& value) {
             return is_known_place(policy, value);
           });
  });
}

/// Whether a CIDR is a network, and not the Internet without the own ones, which is told elsewhere.
bool is_wide_range(NodeRef where, NodeRef except) {
  const auto prefix = where.is_scalar() ? prefix_of(where.text()) : std::nullopt;
  return prefix && !is_single(*prefix) && !(prefix->length == 0 && except.has_children());
}

/// Whether a peer is many that nobody has named one by one: a whole namespace, a network, the
/// cluster. Of pods by their labels, names and single addresses only strict reviewers want ports.
bool is_wide(const policy::Policy& policy, PeerKind kind, NodeRef peer) {
  switch (kind) {
    case PeerKind::entities:
      return is_wide_entity(peer);
    case PeerKind::cidr:
      return is_wide_range(peer, {});
    case PeerKind::cidr_set:
      return is_wide_range(peer.get("cidr"), peer.get("except"));
    case PeerKind::network_policy:
      if (const NodeRef block = peer.get("ipBlock"))
        return is_wide_range(block.get("cidr"), block.get("except"));
      break;
    case PeerKind::endpoints:
      break;
    default:
      return false;
  }
  return is_other_namespace(policy, kind, peer);
}

bool has_entity(const policy::Peers& peers, std::string_view name) {
  return std::ranges::any_of(peers.list.items(), [&](NodeRef each) { return each.text() == name; });
}

/// Whether only strict reviewers want ports for these peers.
bool is_near(const PolicyContext& context, const policy::Spec& spec, const RuleItem& item,
             const policy::Peers& peers) {
  if (!spec.default_deny(item.direction) || is_meant_open(context.policy)) return true;
  // What is to protect nodes mostly trusts the cluster.
  if (item.host && peers.kind == PeerKind::entities && !has_entity(peers, "all")) return true;
  const auto items = peers.list.items();
  return std::ranges::none_of(
      items, [&](NodeRef peer) { return is_wide(context.policy, peers.kind, peer); });
}

void check_item(const PolicyContext& context, const policy::Spec& spec, const RuleItem& item,
                Report& report) {
  if (item.deny || item.to_ports.has_children() || item.icmps.has_children()) return;
  if (is_placeholder(item.to_ports) || is_reported_elsewhere(item)) return;
  for (const policy::Peers& peers : item.peers)
    if (peers.list.has_children() && !is_nobody(peers)) {
      report.add(peers.list, "no ports: these peers are allowed every port and protocol").strict =
          is_near(context, spec, item, peers);
      return;
    }
}

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs)
    for (const RuleItem& item : spec.items) check_item(context, spec, item, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "no-ports",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule that allows its peers every port and protocol",
    .why =
        R"(Without `toPorts` (or with `toPorts: []`, which is the same) a rule allows all ports of TCP, UDP and SCTP
and ICMP. Name the ports that are used: those the pods listen on, not those of the Service. A warning
where the peers are many that nobody has named: a whole other namespace, a network, the cluster.
Within the policy's own namespace, for pods by their labels, names and single addresses, the API server
and nodes, for the namespaces of Ingress controllers, meshes and monitoring, where default deny is off,
and where the policy says so by its name (`allow-all`), it is a note, unless the profile is
`strict`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web}}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web, app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P809",
    .check_policy = check,
};

}  // namespace cnplint::rules::no_ports
