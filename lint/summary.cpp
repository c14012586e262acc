// SPDX-License-Identifier: Apache-2.0
#include "lint/summary.h"

#include <algorithm>

#include "lint/hash.h"
#include "lint/report.h"
#include "policy/model/label.h"

namespace cnplint::lint {
namespace {

using policy::NodeRef;
using policy::PeerKind;
using policy::Policy;
using Op = LabelRequirement::Op;

Op op_of(std::string_view op) {
  if (op == "NotIn") return Op::not_in;
  if (op == "Exists") return Op::exists;
  return op == "DoesNotExist" ? Op::does_not_exist : Op::in;
}

std::string normal_key(std::string_view key, std::string_view prefix) {
  const std::string_view source = policy::source_of(key);
  const bool plain = source == "any" || source == "k8s";
  return std::string(prefix) + std::string(plain ? policy::without_source(key) : key);
}

LabelSelector normal(NodeRef selector, std::string_view key_prefix = {}) {
  LabelSelector result;
  for (const policy::Requirement& requirement : policy::requirements(selector)) {
    LabelRequirement each{
        normal_key(requirement.key.text(), key_prefix), op_of(requirement.op), {}};
    for (const NodeRef value : requirement.values) each.values.push_back(value.text());
    std::ranges::sort(each.values);
    result.push_back(std::move(each));
  }
  return result;
}

bool names_namespace(const LabelSelector& selector) {
  return std::ranges::any_of(selector, [](const LabelRequirement& requirement) {
    return requirement.key == policy::kNamespaceLabel ||
           requirement.key.starts_with(policy::kNamespaceLabelsPrefix) ||
           requirement.key.starts_with("reserved:");
  });
}

/// Facts N6 to N10: a peer selector without a namespace means the policy's own, or any pod.
void scope(LabelSelector& selector, const Policy& policy) {
  if (names_namespace(selector)) return;
  const std::string key(policy::kNamespaceLabel);
  if (policy.clusterwide())
    selector.push_back({key, Op::exists, {}});
  else
    selector.push_back({key, Op::in, {policy.effective_namespace()}});
}

PeerSummary network_policy_peer(const Policy& policy, NodeRef peer) {
  if (const NodeRef block = peer.get("ipBlock"); policy::is_stored(block))
    return {PeerKind::cidr, {}, block.get("cidr").text()};
  PeerSummary result{PeerKind::endpoints, normal(peer.get("podSelector")), {}};
  const NodeRef namespaces = peer.get("namespaceSelector");
  const std::string key(policy::kNamespaceLabel);
  if (!policy::is_stored(namespaces)) {
    result.selector.push_back({key, Op::in, {policy.effective_namespace()}});
    return result;
  }
  LabelSelector scoped = normal(namespaces, policy::kNamespaceLabelsPrefix);
  for (LabelRequirement& requirement : scoped)
    if (requirement.key ==
        std::string(policy::kNamespaceLabelsPrefix) + "kubernetes.io/metadata.name")
      requirement.key = key;
  if (scoped.empty()) scoped.push_back({key, Op::exists, {}});
  result.selector.insert(result.selector.end(), scoped.begin(), scoped.end());
  return result;
}

PeerSummary service_peer(NodeRef peer) {
  const NodeRef by_selector = peer.get("k8sServiceSelector");
  if (policy::is_stored(by_selector))
    return {PeerKind::services, normal(by_selector.get("selector")), {}};
  return {PeerKind::services, {}, peer.get("k8sService").get("serviceName").text()};
}

PeerSummary summarize_peer(const Policy& policy, PeerKind kind, NodeRef peer) {
  switch (kind) {
    case PeerKind::endpoints: {
      PeerSummary result{kind, normal(peer), {}};
      scope(result.selector, policy);
      return result;
    }
    case PeerKind::nodes:
      return {kind, normal(peer), {}};
    case PeerKind::cidr_set:
      return {kind, {}, peer.get("cidr").text()};
    case PeerKind::fqdns: {
      const NodeRef name = peer.get("matchName");
      return {kind, {}, name ? name.text() : peer.get("matchPattern").text()};
    }
    case PeerKind::services:
      return service_peer(peer);
    case PeerKind::network_policy:
      return network_policy_peer(policy, peer);
    case PeerKind::firewall:
      return {kind, {}, peer.text()};
    default:
      return {kind, {}, peer.text()};
  }
}

L7Kind l7_of(NodeRef rules) {
  if (rules.get("http").has_children()) return L7Kind::http;
  if (rules.get("dns").has_children()) return L7Kind::dns;
  const bool other = rules.get("kafka").has_children() || rules.get("l7").has_children();
  return other ? L7Kind::other : L7Kind::none;
}

ItemSummary summarize_item(const Policy& policy, const policy::RuleItem& item) {
  ItemSummary result;
  result.section = item.node.parent().key().text();
  result.direction = item.direction;
  result.deny = item.deny;
  result.place = culprit_range(item.node);
  for (const policy::Peers& peers : item.peers) {
    const bool voids = peers.kind != PeerKind::fqdns && peers.kind != PeerKind::services &&
                       peers.kind != PeerKind::groups && peers.kind != PeerKind::network_policy;
    if (voids && policy::presence(peers.list) == policy::Presence::empty)
      result.selects_none = true;
    for (const NodeRef peer : peers.list.items())
      result.peers.push_back(summarize_peer(policy, peers.kind, peer));
  }
  result.any_peer = result.peers.empty() && !result.selects_none;
  for (const policy::PortRule& rule : item.port_rules)
    for (const NodeRef port : rule.ports)
      result.ports.push_back({policy::read_port(port), l7_of(rule.rules), culprit_range(port)});
  result.only_icmp = item.icmps.has_children() && item.port_rules.empty();
  result.any_port = item.port_rules.empty() && !result.only_icmp;
  // In NetworkPolicy an item that says nothing allows everything; in Cilium it allows nothing.
  if (policy.kind == policy::PolicyKind::network_policy && result.any_peer && result.any_port) {
    result.any_peer = false;
    result.peers.push_back({PeerKind::entities, {}, "all"});
  }
  return result;
}

}  // namespace

std::string SummaryPlace::path() const {
  if (spec == nullptr) return {};
  std::string path = spec->index < 0 ? "spec" : "specs[" + std::to_string(spec->index) + "]";
  if (item != nullptr)
    path += "." + std::string(item->section) + "[" + std::to_string(item->index) + "]";
  return path;
}

std::string SummaryPlace::keyed_path() const {
  if (item != nullptr) return "/" + std::string(item->section) + "/" + hash_hex(item->place.text());
  return spec == nullptr ? std::string() : "/spec";
}

PolicySummary summarize(const Policy& policy, std::string path_prefix, std::uint32_t document) {
  PolicySummary result;
  result.kind = policy.kind;
  result.subject = policy.subject();
  result.path_prefix = std::move(path_prefix);
  result.name = policy.name;
  result.ns = policy.effective_namespace();
  result.document = document;
  const NodeRef name = policy.root.get("metadata").get("name");
  result.place = culprit_range(name ? name : policy.root);
  for (const policy::Spec& spec : policy.specs) {
    SpecSummary& summary = result.specs.emplace_back();
    if (spec.node.parent().is_sequence())
      summary.index =
          static_cast<int>(result.specs.size()) - (result.specs.front().index < 0 ? 2 : 1);
    summary.host = static_cast<bool>(spec.node_selector);
    summary.subject = normal(summary.host ? spec.node_selector : spec.endpoint_selector);
    summary.default_deny_ingress = spec.default_deny(policy::Direction::ingress);
    summary.default_deny_egress = spec.default_deny(policy::Direction::egress);
    summary.place = culprit_range(spec.node);
    for (const policy::RuleItem& item : spec.items) {
      ItemSummary added = summarize_item(policy, item);
      const bool goes_on = !summary.items.empty() && summary.items.back().section == added.section;
      added.index = goes_on ? summary.items.back().index + 1 : 0;
      summary.items.push_back(std::move(added));
    }
  }
  return result;
}

}  // namespace cnplint::lint
