// SPDX-License-Identifier: Apache-2.0
#include "policy/model/policy.h"

#include <algorithm>
#include <array>

#include "policy/yaml/scalar.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

struct PeerSuffix {
  std::string_view suffix;
  PeerKind kind;
};
constexpr std::array<PeerSuffix, 8> kPeerFields{{{"Endpoints", PeerKind::endpoints},
                                                 {"Nodes", PeerKind::nodes},
                                                 {"Entities", PeerKind::entities},
                                                 {"CIDR", PeerKind::cidr},
                                                 {"CIDRSet", PeerKind::cidr_set},
                                                 {"Groups", PeerKind::groups},
                                                 {"FQDNs", PeerKind::fqdns},
                                                 {"Services", PeerKind::services}}};

NodeRef stored(NodeRef value) { return is_stored(value) ? value : NodeRef(); }

/// Whether a list of peers of this kind exists in the CRD for such an item: toFQDNs and toServices
/// only under egress, toFQDNs not under egressDeny. Others are pruned and so are no peers.
bool exists(PeerKind kind, Direction direction, bool deny) {
  if (kind == PeerKind::fqdns) return direction == Direction::egress && !deny;
  return kind != PeerKind::services || direction == Direction::egress;
}

RuleItem cilium_item(NodeRef node, Direction direction, bool deny) {
  RuleItem item{
      node, direction, deny, false, {}, stored(node.get("toPorts")), {}, stored(node.get("icmps"))};
  const std::string_view prefix = direction == Direction::ingress ? "from" : "to";
  node.each_entry([&](NodeRef key, NodeRef list) {
    std::string_view name = key.text();
    if (!name.starts_with(prefix) || !is_stored(list)) return;
    name.remove_prefix(prefix.size());
    const auto field = std::ranges::find(kPeerFields, name, &PeerSuffix::suffix);
    if (field != kPeerFields.end() && exists(field->kind, direction, deny))
      item.peers.push_back({field->kind, list});
  });
  std::ranges::sort(item.peers, {}, &Peers::kind);
  for (const NodeRef rule : item.to_ports.items())
    item.port_rules.push_back(
        {rule, rule.get("ports").items(), deny ? NodeRef() : stored(rule.get("rules"))});
  return item;
}

RuleItem network_policy_item(NodeRef node, Direction direction) {
  RuleItem item{node, direction, false, false, {}, stored(node.get("ports")), {}, {}};
  const NodeRef list = node.get(direction == Direction::ingress ? "from" : "to");
  if (is_stored(list)) item.peers.push_back({PeerKind::network_policy, list});
  if (item.to_ports) item.port_rules.push_back({item.to_ports, item.to_ports.items(), {}});
  return item;
}

RuleItem firewall_item(NodeRef node) {
  const bool deny = node.get("type").text() == "Deny";
  RuleItem item{node, Direction::egress, deny, false, {}, stored(node.get("ports")), {}, {}};
  if (const NodeRef to = node.get("to"); is_stored(to))
    item.peers.push_back({PeerKind::firewall, to});
  if (item.to_ports) item.port_rules.push_back({item.to_ports, item.to_ports.items(), {}});
  return item;
}

RuleItem read_item(Dialect dialect, NodeRef node, Direction direction, bool deny) {
  switch (dialect) {
    case Dialect::cilium:
      return cilium_item(node, direction, deny);
    case Dialect::network_policy:
      return network_policy_item(node, direction);
    case Dialect::firewall:
      break;
  }
  return firewall_item(node);
}

Spec read_spec(PolicyKind kind, NodeRef node) {
  Spec spec{kind, node, {}, {}, {}};
  const Dialect dialect = facts_of(kind).dialect;
  const bool cilium = dialect == Dialect::cilium;
  spec.endpoint_selector = stored(node.get(cilium ? "endpointSelector" : "podSelector"));
  if (cilium) spec.node_selector = stored(node.get("nodeSelector"));
  const auto section = [&](const char* field, Direction direction, bool deny) {
    for (const NodeRef item : node.get(field).items()) {
      spec.items.push_back(read_item(dialect, item, direction, deny));
      spec.items.back().host = static_cast<bool>(spec.node_selector);
    }
  };
  if (dialect != Dialect::firewall) section("ingress", Direction::ingress, false);
  if (cilium) section("ingressDeny", Direction::ingress, true);
  section("egress", Direction::egress, false);
  if (cilium) section("egressDeny", Direction::egress, true);
  return spec;
}

}  // namespace

Presence presence(NodeRef value) {
  if (!value) return Presence::absent;
  if (value.is_null()) return Presence::null;
  const bool empty = value.is_scalar() ? value.text().empty() : !value.has_children();
  return empty ? Presence::empty : Presence::filled;
}

std::vector<Requirement> requirements(NodeRef selector) {
  std::vector<Requirement> result;
  selector.get("matchLabels").each_entry([&](NodeRef key, NodeRef value) {
    if (!value.is_null()) result.push_back({key, true, "In", {value}, value});
  });
  selector.get("matchExpressions").each_item([&](NodeRef expression) {
    result.push_back({expression.get("key"), false, expression.get("operator").text(),
                      expression.get("values").items(), expression});
  });
  return result;
}

bool matches_everything(NodeRef selector) { return requirements(selector).empty(); }

const Peers* RuleItem::peers_of(PeerKind kind) const {
  const auto found = std::ranges::find(peers, kind, &Peers::kind);
  return found == peers.end() ? nullptr : &*found;
}

bool Spec::has_items(Direction direction) const {
  return std::ranges::any_of(items, [&](const auto& item) { return item.direction == direction; });
}

namespace {

/// What the policyTypes of a NetworkPolicy come to in a direction without rules (A6).
bool policy_types_deny(NodeRef types, Direction direction) {
  const auto lists = [&](std::string_view type) {
    return std::ranges::any_of(types.items(), [&](NodeRef each) { return each.text() == type; });
  };
  if (direction == Direction::egress) return lists("Egress");
  return lists("Ingress") || !lists("Egress");
}

bool switches_default_deny_off(NodeRef spec, Direction direction) {
  const NodeRef flag = spec.get("enableDefaultDeny").get(direction_name(direction));
  if (!flag) return false;
  // Of a variable it is not known: then nothing is said of what it denies.
  if (has_placeholder(flag.text())) return true;
  return flag.type() == ScalarType::boolean && !boolean_value(flag.text());
}

}  // namespace

bool Spec::default_deny(Direction direction) const {
  switch (facts_of(kind).dialect) {
    case Dialect::cilium:
      return has_items(direction) && !switches_default_deny_off(node, direction);
    case Dialect::network_policy:
      return has_items(direction) || policy_types_deny(node.get("policyTypes"), direction);
    case Dialect::firewall:
      break;
  }
  return false;
}

std::string_view Policy::effective_namespace() const {
  if (clusterwide()) return {};
  return ns.empty() ? unnamed_namespace : ns;
}

std::string Policy::subject() const {
  return std::string(kind_name(kind)) + "/" + std::string(effective_namespace()) + "/" +
         std::string(name);
}

std::string Policy::full_name() const {
  return clusterwide() ? std::string(kind_name(kind)) + "/" + std::string(name) : subject();
}

namespace {

void peer_selectors(const RuleItem& item, std::vector<SelectorUse>& uses) {
  using Role = SelectorUse::Role;
  for (const Peers& peers : item.peers)
    for (const NodeRef peer : peers.list.items()) {
      const auto use = [&](Role role, NodeRef selector) {
        if (is_stored(selector)) uses.push_back({role, selector, requirements(selector)});
      };
      switch (peers.kind) {
        case PeerKind::endpoints:
          use(Role::peer, peer);
          break;
        case PeerKind::nodes:
          use(Role::node_peer, peer);
          break;
        case PeerKind::cidr_set:
          use(Role::cidr_group, peer.get("cidrGroupSelector"));
          break;
        case PeerKind::services:
          use(Role::service, peer.get("k8sServiceSelector").get("selector"));
          break;
        case PeerKind::network_policy:
          use(Role::peer, peer.get("podSelector"));
          use(Role::peer, peer.get("namespaceSelector"));
          break;
        default:
          break;
      }
    }
  const NodeRef removed =
      item.node.get(item.direction == Direction::ingress ? "fromRequires" : "toRequires");
  for (const NodeRef selector : removed.items())
    uses.push_back({Role::removed_requires, selector, requirements(selector)});
}

}  // namespace

std::vector<SelectorUse> selector_uses(const Policy& policy) {
  std::vector<SelectorUse> uses;
  for (const Spec& spec : policy.specs) {
    for (const NodeRef subject : {spec.endpoint_selector, spec.node_selector})
      if (subject) uses.push_back({SelectorUse::Role::subject, subject, requirements(subject)});
    for (const RuleItem& item : spec.items) peer_selectors(item, uses);
  }
  return uses;
}

Policy read_policy(PolicyKind kind, NodeRef root) {
  return read_policy(kind, Manifest{root, {}, root.get("apiVersion").text()});
}

Policy read_policy(PolicyKind kind, const Manifest& manifest) {
  const NodeRef root = manifest.root;
  Policy policy{kind, root, {}, {}, manifest.unnamed_namespace, {}, manifest.api_version};
  policy.heading = manifest.heading ? manifest.heading : root;
  policy.name_at = manifest.name();
  policy.namespace_at = manifest.ns();
  policy.contained = manifest.contained;
  policy.name = policy.name_at.text();
  if (!is_clusterwide(kind)) policy.ns = policy.namespace_at.text();
  if (!is_clusterwide(kind) && policy.ns.empty()) policy.ns = manifest.default_namespace;
  if (const NodeRef spec = root.get("spec"); is_stored(spec))
    policy.specs.push_back(read_spec(kind, spec));
  if (is_cilium(kind))
    for (const NodeRef spec : root.get("specs").items())
      policy.specs.push_back(read_spec(kind, spec));
  return policy;
}

}  // namespace cnplint::policy
