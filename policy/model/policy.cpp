// SPDX-License-Identifier: Apache-2.0
#include "policy/model/policy.h"

#include <algorithm>
#include <array>

#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

struct KindFacts {
  std::string_view name;
  std::string_view api_version;
};
constexpr std::array<KindFacts, 5> kKinds{{{"CiliumNetworkPolicy", "cilium.io/v2"},
                                           {"CiliumClusterwideNetworkPolicy", "cilium.io/v2"},
                                           {"NetworkPolicy", "networking.k8s.io/v1"},
                                           {"EgressFirewall", "k8s.ovn.org/v1"},
                                           {"EgressNetworkPolicy", "network.openshift.io/v1"}}};

struct PeerField {
  std::string_view suffix;
  PeerKind kind;
};
constexpr std::array<PeerField, 8> kPeerFields{{{"Endpoints", PeerKind::endpoints},
                                                {"Nodes", PeerKind::nodes},
                                                {"Entities", PeerKind::entities},
                                                {"CIDR", PeerKind::cidr},
                                                {"CIDRSet", PeerKind::cidr_set},
                                                {"Groups", PeerKind::groups},
                                                {"FQDNs", PeerKind::fqdns},
                                                {"Services", PeerKind::services}}};

std::string_view group_of(std::string_view api_version) {
  return api_version.substr(0, api_version.find('/'));
}

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
    const auto field = std::ranges::find(kPeerFields, name, &PeerField::suffix);
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

Spec read_spec(PolicyKind kind, NodeRef node) {
  Spec spec{node, {}, {}, {}};
  const bool cilium = is_cilium(kind);
  spec.endpoint_selector = stored(node.get(cilium ? "endpointSelector" : "podSelector"));
  if (cilium) spec.node_selector = stored(node.get("nodeSelector"));
  const auto section = [&](const char* field, Direction direction, bool deny) {
    for (const NodeRef item : node.get(field).items()) {
      if (cilium)
        spec.items.push_back(cilium_item(item, direction, deny));
      else if (kind == PolicyKind::network_policy)
        spec.items.push_back(network_policy_item(item, direction));
      else
        spec.items.push_back(firewall_item(item));
      spec.items.back().host = static_cast<bool>(spec.node_selector);
    }
  };
  if (cilium || kind == PolicyKind::network_policy) section("ingress", Direction::ingress, false);
  if (cilium) section("ingressDeny", Direction::ingress, true);
  section("egress", Direction::egress, false);
  if (cilium) section("egressDeny", Direction::egress, true);
  return spec;
}

}  // namespace

std::string_view kind_name(PolicyKind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }

std::string_view api_version(PolicyKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].api_version;
}

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

bool Spec::default_deny(Direction direction) const {
  const NodeRef types = node.get("policyTypes");
  const bool listed = presence(types) == Presence::filled;
  // Rules of a NetworkPolicy put their direction into default deny, listed or not (A6).
  if (listed && has_items(direction)) return true;
  if (listed)
    return std::ranges::any_of(types.items(), [&](NodeRef type) {
      return type.text() == (direction == Direction::ingress ? "Ingress" : "Egress");
    });
  const bool network_policy = static_cast<bool>(node.get("podSelector"));
  if (network_policy) return direction == Direction::ingress || node.get("egress").has_children();
  if (!has_items(direction)) return false;
  const NodeRef flag = node.get("enableDefaultDeny").get(direction_name(direction));
  return !(flag && flag.type() == ScalarType::boolean && !boolean_value(flag.text()));
}

std::string_view Policy::effective_namespace() const {
  if (clusterwide()) return {};
  return ns.empty() ? "default" : ns;
}

std::string Policy::subject() const {
  return std::string(kind_name(kind)) + "/" + std::string(effective_namespace()) + "/" +
         std::string(name);
}

bool is_policy_group(std::string_view group) {
  return std::ranges::any_of(
      kKinds, [&](const KindFacts& kind) { return group == group_of(kind.api_version); });
}

std::optional<PolicyKind> policy_kind(const Manifest& manifest) {
  const std::string_view group = group_of(manifest.api_version);
  const auto found = std::ranges::find(kKinds, manifest.kind, &KindFacts::name);
  if (found == kKinds.end()) return std::nullopt;
  const auto result = static_cast<PolicyKind>(found - kKinds.begin());
  // Other projects have a NetworkPolicy and an EgressFirewall too; nobody else has Cilium's kinds.
  const bool ours = is_cilium(result) || group == group_of(found->api_version) ||
                    (result == PolicyKind::network_policy && group == "extensions");
  return ours ? std::optional(result) : std::nullopt;
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
  Policy policy{kind, root, {}, {}, {}};
  const NodeRef metadata = root.get("metadata");
  policy.name = metadata.get("name").text();
  if (kind != PolicyKind::cilium_clusterwide_network_policy)
    policy.ns = metadata.get("namespace").text();
  if (const NodeRef spec = root.get("spec"); is_stored(spec))
    policy.specs.push_back(read_spec(kind, spec));
  if (is_cilium(kind))
    for (const NodeRef spec : root.get("specs").items())
      policy.specs.push_back(read_spec(kind, spec));
  return policy;
}

}  // namespace cnplint::policy
