// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/peers.h"

#include <algorithm>
#include <array>

#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

Condition equals(std::string_view key, std::string_view value, std::string_view source = "k8s") {
  return condition(key, Op::in, {std::string(value)}, source);
}

Condition exists(std::string_view key) { return condition(key, Op::exists, {}, "k8s"); }

/// A namespace written under matchLabels gives way to the policy's own; any other way to write one
/// is ANDed with it (A3.5).
bool is_overwritten(const Condition& each) {
  return each.match_label && each.source == "k8s" && each.key == kNamespaceLabel;
}

/// Resolves the peers of one item.
class PeerReader {
 public:
  PeerReader(const PolicyScope& scope, const Environment& environment,
             const Surroundings& surroundings)
      : scope_(scope), environment_(environment), surroundings_(surroundings) {}

  ItemPeers read(const RuleItem& item) {
    // A service that resolves fills the list of endpoints or addresses before an empty list counts.
    // Those of a deny rule are never resolved.
    if (const Peers* services = item.peers_of(PeerKind::services))
      add_services(*services, item.deny);
    const bool filled_endpoints = endpoints_;
    const bool filled_cidrs = addresses_;
    result_.any = result_.list.empty();
    for (const Peers& peers : item.peers) {
      const bool rescued = (peers.kind == PeerKind::endpoints && filled_endpoints) ||
                           (peers.kind == PeerKind::cidr_set && filled_cidrs);
      if (presence(peers.list) == Presence::empty) {
        if (empties(peers.kind) && !rescued) result_.nobody = true;
        continue;
      }
      if (peers.kind != PeerKind::services) result_.any = false;
      for (const NodeRef peer : peers.list.items()) add(peers.kind, peer);
    }
    return std::move(result_);
  }

 private:
  /// Kinds whose empty list selects nobody. An empty `from` of a NetworkPolicy, and empty lists of
  /// names, services and groups, are as if absent.
  static bool empties(PeerKind kind) {
    return kind == PeerKind::endpoints || kind == PeerKind::nodes || kind == PeerKind::entities ||
           kind == PeerKind::cidr || kind == PeerKind::cidr_set;
  }

  void push(Conditions conditions, NodeRef where) {
    result_.list.push_back({std::move(conditions), where});
  }

  void add(PeerKind kind, NodeRef peer) {
    switch (kind) {
      case PeerKind::endpoints:
        return push(scoped_peer(peer), peer);
      case PeerKind::nodes:
        return add_node(peer);
      case PeerKind::entities:
        return add_entity(peer);
      case PeerKind::cidr:
        return add_cidr(peer.text(), {}, peer);
      case PeerKind::cidr_set:
        return add_cidr_set(peer);
      case PeerKind::fqdns:
        return add_fqdn(peer);
      case PeerKind::network_policy:
        return add_network_policy_peer(peer);
      case PeerKind::groups:  // security groups of a cloud: unknown offline, so nobody
        return push({has_reserved("none")}, peer);
      case PeerKind::services:
      case PeerKind::firewall:
        return;
    }
  }

  void add_cluster(Conditions& conditions) const {
    if (environment_.scopes_to_local_cluster() && !names_key(conditions, kClusterLabel))
      conditions.push_back(equals(kClusterLabel, environment_.cluster));
  }

  /// fromEndpoints and toEndpoints: the implicit namespace and cluster (A3.4).
  [[nodiscard]] Conditions scoped_peer(NodeRef peer) const {
    Conditions result = conditions(peer);
    const auto source_is_reserved = [](const Condition& each) { return each.source == "reserved"; };
    if (std::ranges::any_of(result, source_is_reserved)) return result;
    const bool namespace_labels = std::ranges::any_of(result, [](const Condition& each) {
      return each.key.starts_with(kNamespaceLabelsPrefix) &&
             (each.source == "k8s" || each.source == "any");
    });
    if (!names_key(result, kNamespaceLabel)) {
      if (scope_.ns.empty()) {
        if (!scope_.init_subject) result.push_back(exists(kNamespaceLabel));
      } else if (!namespace_labels) {
        result.push_back(equals(kNamespaceLabel, scope_.ns));
      }
    }
    add_cluster(result);
    return result;
  }

  void add_node(NodeRef peer) {
    constexpr Release kScoped{19};
    Conditions result = conditions(peer);
    if (environment_.cilium >= kScoped) add_cluster(result);
    result.push_back(has_reserved("remote-node"));
    push(std::move(result), peer);
  }

  void add_entity(NodeRef peer) {
    const std::string_view name = peer.text();
    if (name == "all") return push({}, peer);
    if (name == "world") {
      for (const char* label : {"world", "world-ipv4", "world-ipv6"})
        push({has_reserved(label)}, peer);
      return;
    }
    if (name != "cluster") return push({has_reserved(name)}, peer);
    for (const char* label :
         {"host", "remote-node", "init", "ingress", "health", "unmanaged", "kube-apiserver"})
      push({has_reserved(label)}, peer);
    push({equals(kClusterLabel, environment_.cluster)}, peer);
  }

  void add_cidr(std::string_view text, NodeRef except, NodeRef where) {
    auto prefix = parse_prefix(text);
    if (!prefix)
      if (const auto address = parse_address(text)) prefix = Prefix{*address, address->bits()};
    if (!prefix) return;
    Conditions result{in_prefix(*prefix, environment_)};
    add_exceptions(except, result);
    push(std::move(result), where);
  }

  void add_exceptions(NodeRef except, Conditions& result) const {
    except.each_item([&](NodeRef item) {
      if (const auto prefix = parse_prefix(item.text()))
        result.push_back(in_prefix(*prefix, environment_, false));
    });
  }

  void add_cidr_set(NodeRef peer) {
    const NodeRef except = peer.get("except");
    Conditions result;
    if (const NodeRef cidr = peer.get("cidr"); !cidr.text().empty())
      return add_cidr(cidr.text(), except, peer);
    if (const NodeRef ref = peer.get("cidrGroupRef"); !ref.text().empty())
      result.push_back(condition("io.cilium.policy.cidrgroupname/" + std::string(ref.text()),
                                 Op::exists, {}, "cidrgroup"));
    else
      result = conditions(peer.get("cidrGroupSelector"), "cidrgroup");
    add_exceptions(except, result);
    push(std::move(result), peer);
  }

  void add_fqdn(NodeRef peer) {
    const NodeRef name = peer.get("matchName");
    const NodeRef text = name.text().empty() ? peer.get("matchPattern") : name;
    Condition names = condition("", Op::exists, {}, "fqdn");
    names.key = text.text();
    names.names = std::make_shared<const DnsPattern>(text.text(), environment_.cilium);
    push({std::move(names)}, peer);
  }

  void add_network_policy_peer(NodeRef peer) {
    if (const NodeRef block = peer.get("ipBlock"); is_stored(block))
      return add_cidr(block.get("cidr").text(), block.get("except"), peer);
    const NodeRef pods = peer.get("podSelector");
    const NodeRef namespaces = peer.get("namespaceSelector");
    Conditions result;
    if (is_stored(namespaces)) {
      result = conditions(namespaces, "k8s", kNamespaceLabelsPrefix);
      if (result.empty()) result.push_back(exists(kNamespaceLabel));
    } else {
      result.push_back(equals(kNamespaceLabel, scope_.ns));
    }
    const Conditions of_pods = conditions(pods, "k8s");
    for (const Condition& each : of_pods)
      if (is_stored(namespaces) || !is_overwritten(each)) result.push_back(each);
    add_cluster(result);
    push(std::move(result), peer);
  }

  void add_services(const Peers& services, bool deny) {
    for (const NodeRef peer : services.list.items()) {
      const std::size_t before = result_.list.size();
      if (!deny) add_services(peer);
      if (result_.list.size() == before) result_.unresolved.push_back(peer);
    }
  }

  /// Where both are given, only the selector counts.
  void add_services(NodeRef peer) {
    const NodeRef by_labels = peer.get("k8sServiceSelector");
    const NodeRef named = peer.get("k8sService");
    if (!is_stored(by_labels) && !is_stored(named)) return;
    const std::string_view ns = (is_stored(by_labels) ? by_labels : named).get("namespace").text();
    const std::string_view name = named.get("serviceName").text();
    Conditions wanted = conditions(by_labels.get("selector"));
    for (Condition& each : wanted) each.source = "any";
    for (const Service& service : surroundings_.services) {
      if (!ns.empty() && ns != service.ns) continue;
      if (is_stored(by_labels) ? has_labels(service, wanted) : service.name == name)
        add_service(service, peer);
    }
  }

  static bool has_labels(const Service& service, const Conditions& wanted) {
    std::vector<Label> labels;
    for (const auto& [key, value] : service.labels) labels.push_back({"k8s", key, value});
    return matches(wanted, Identity::of_labels(std::move(labels)));
  }

  void add_service(const Service& service, NodeRef where) {
    if (service.selector.empty()) {
      for (const Address& backend : service.backends) {
        push({in_prefix({backend, backend.bits()}, environment_)}, where);
        addresses_ = true;
      }
      return;
    }
    Conditions result;
    for (const auto& [key, value] : service.selector) result.push_back(equals(key, value));
    result.push_back(equals(kNamespaceLabel, service.ns));
    add_cluster(result);
    push(std::move(result), where);
    endpoints_ = true;
  }

  const PolicyScope& scope_;
  const Environment& environment_;
  const Surroundings& surroundings_;
  ItemPeers result_;
  bool endpoints_ = false;  ///< a service gave endpoints
  bool addresses_ = false;  ///< a service gave addresses
};

}  // namespace

ItemPeers peers_of(const RuleItem& item, const PolicyScope& scope, const Environment& environment,
                   const Surroundings& surroundings) {
  return PeerReader(scope, environment, surroundings).read(item);
}

Conditions subject_conditions(const Spec& spec, std::string_view ns) {
  if (spec.node_selector) return conditions(spec.node_selector);
  Conditions result = conditions(spec.endpoint_selector, facts_of(spec.kind).label_source);
  if (ns.empty()) return result;
  std::erase_if(result, is_overwritten);
  result.push_back(equals(kNamespaceLabel, ns));
  return result;
}

}  // namespace cnplint::policy
