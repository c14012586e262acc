// SPDX-License-Identifier: Apache-2.0
#include "lint/summary.h"

#include <algorithm>

#include "base/hash.h"
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

/// Builds one summary; keys that are not in the source go into its names.
class Summarizer {
 public:
  Summarizer(const Policy& policy, PolicySummary& summary)
      : policy_(policy), facts_(policy::facts_of(policy.kind)), summary_(summary) {}

  void run();

 private:
  std::string_view normal_key(std::string_view key, std::string_view prefix);
  /// `scoped` leaves room for the namespace.
  LabelSelector normal(NodeRef selector, std::string_view key_prefix = {}, bool scoped = false);
  LabelSelector subject(const policy::Spec& spec);
  void scope(LabelSelector& selector) const;
  PeerSummary network_policy_peer(NodeRef peer);
  PeerSummary service_peer(NodeRef peer);
  PeerSummary peer(PeerKind kind, NodeRef peer);
  void peers(const policy::RuleItem& item, ItemSummary& result);
  ItemSummary item(const policy::RuleItem& item);

  const Policy& policy_;
  const policy::KindFacts& facts_;
  PolicySummary& summary_;
};

Bytes bytes_of(NodeRef node) {
  const base::SourceRange range = culprit_range(node);
  return {range.begin, range.end};
}

std::string_view Summarizer::normal_key(std::string_view key, std::string_view prefix) {
  const std::string_view source = policy::source_of(key);
  if (source == "any" || source == "k8s") key = policy::without_source(key);
  if (prefix.empty()) return key;
  return summary_.names.emplace_front(std::string(prefix) + std::string(key));
}

LabelSelector Summarizer::normal(NodeRef selector, std::string_view key_prefix, bool scoped) {
  const std::vector<policy::Requirement> requirements = policy::requirements(selector);
  LabelSelector result;
  result.reserve(requirements.size() + (scoped ? 1 : 0));
  for (const policy::Requirement& requirement : requirements) {
    LabelRequirement& each = result.emplace_back();
    each.key = normal_key(requirement.key.text(), key_prefix);
    each.op = op_of(requirement.op);
    each.values.reserve(requirement.values.size());
    for (const NodeRef value : requirement.values) each.values.push_back(value.text());
    std::ranges::sort(each.values);
  }
  return result;
}

/// A namespace under matchLabels gives way to the policy's own (A3.5).
LabelSelector Summarizer::subject(const policy::Spec& spec) {
  if (spec.node_selector) return normal(spec.node_selector);
  LabelSelector result = normal(spec.endpoint_selector);
  if (policy_.clusterwide()) return result;
  const std::vector<policy::Requirement> written = policy::requirements(spec.endpoint_selector);
  const std::string overwritten = "k8s:" + std::string(policy::kNamespaceLabel);
  for (std::size_t i = written.size(); i-- > 0;)
    if (written[i].match_label && written[i].key.text() == overwritten)
      result.erase(result.begin() + static_cast<std::ptrdiff_t>(i));
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
void Summarizer::scope(LabelSelector& selector) const {
  if (names_namespace(selector)) return;
  const std::string_view key = policy::kNamespaceLabel;
  if (policy_.clusterwide())
    selector.push_back({key, Op::exists, {}});
  else
    selector.push_back({key, Op::in, {policy_.effective_namespace()}});
}

PeerSummary Summarizer::network_policy_peer(NodeRef peer) {
  if (const NodeRef block = peer.get("ipBlock"); policy::is_stored(block))
    return {PeerKind::cidr, {}, block.get("cidr").text()};
  PeerSummary result{PeerKind::endpoints, normal(peer.get("podSelector")), {}};
  const NodeRef namespaces = peer.get("namespaceSelector");
  const std::string_view key = policy::kNamespaceLabel;
  if (!policy::is_stored(namespaces)) {
    result.selector.push_back({key, Op::in, {policy_.effective_namespace()}});
    return result;
  }
  LabelSelector scoped = normal(namespaces, policy::kNamespaceLabelsPrefix);
  for (LabelRequirement& requirement : scoped)
    if (requirement.key == policy::kNamespaceNameLabel) requirement.key = key;
  if (scoped.empty()) scoped.push_back({key, Op::exists, {}});
  result.selector.insert(result.selector.end(), scoped.begin(), scoped.end());
  return result;
}

PeerSummary Summarizer::service_peer(NodeRef peer) {
  const NodeRef by_selector = peer.get("k8sServiceSelector");
  if (policy::is_stored(by_selector))
    return {PeerKind::services, normal(by_selector.get("selector")), {}};
  return {PeerKind::services, {}, peer.get("k8sService").get("serviceName").text()};
}

PeerSummary Summarizer::peer(PeerKind kind, NodeRef peer) {
  switch (kind) {
    case PeerKind::endpoints: {
      PeerSummary result{kind, normal(peer, {}, true), {}};
      scope(result.selector);
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
      return network_policy_peer(peer);
    case PeerKind::firewall:
      return {kind, {}, peer.text()};
    default:
      return {kind, {}, peer.text()};
  }
}

L7Rules l7_of(NodeRef rules) {
  if (rules.get("http").has_children()) return L7Rules::http;
  if (rules.get("dns").has_children()) return L7Rules::dns;
  const bool other = rules.get("kafka").has_children() || rules.get("l7").has_children();
  return other ? L7Rules::other : L7Rules::none;
}

void Summarizer::peers(const policy::RuleItem& item, ItemSummary& result) {
  for (const policy::Peers& peers : item.peers) {
    const bool voids = peers.kind != PeerKind::fqdns && peers.kind != PeerKind::services &&
                       peers.kind != PeerKind::groups && peers.kind != PeerKind::network_policy;
    if (voids && policy::presence(peers.list) == policy::Presence::empty)
      result.selects_none = true;
    const std::vector<NodeRef> list = peers.list.items();
    result.peers.reserve(result.peers.size() + list.size());
    for (const NodeRef each : list) result.peers.push_back(peer(peers.kind, each));
  }
  result.any_peer = result.peers.empty() && !result.selects_none;
}

ItemSummary Summarizer::item(const policy::RuleItem& item) {
  ItemSummary result;
  result.one_list = facts_.deny_in_item;
  result.direction = item.direction;
  result.deny = item.deny;
  result.place = bytes_of(item.node);
  peers(item, result);
  std::size_t ports = 0;
  for (const policy::PortRule& rule : item.port_rules) ports += rule.ports.size();
  result.ports.reserve(ports);
  for (const policy::PortRule& rule : item.port_rules)
    for (const NodeRef port : rule.ports) {
      policy::PortRange range = policy::read_port(port);
      if (facts_.missing_protocol == policy::MissingProtocol::tcp &&
          range.protocol == policy::Protocol::any)
        range.protocol = policy::Protocol::tcp;
      result.ports.push_back({range, l7_of(rule.rules), bytes_of(port)});
    }
  result.only_icmp = item.icmps.has_children() && item.port_rules.empty();
  result.any_port = item.port_rules.empty() && !result.only_icmp;
  // In NetworkPolicy an item that says nothing allows everything; in Cilium it allows nothing.
  if (facts_.silent_item_is_everything && result.any_peer && result.any_port) {
    result.any_peer = false;
    result.peers.push_back({PeerKind::entities, {}, "all"});
  }
  return result;
}

void Summarizer::run() {
  summary_.specs.reserve(policy_.specs.size());
  for (const policy::Spec& spec : policy_.specs) {
    const int position = static_cast<int>(summary_.specs.size());
    SpecSummary& summary = summary_.specs.emplace_back();
    const bool has_spec = !policy_.specs.front().node.parent().is_sequence();
    if (spec.node.parent().is_sequence()) summary.index = position - (has_spec ? 1 : 0);
    summary.host = static_cast<bool>(spec.node_selector);
    summary.subject = subject(spec);
    summary.default_deny_ingress = spec.default_deny(policy::Direction::ingress);
    summary.default_deny_egress = spec.default_deny(policy::Direction::egress);
    summary.place = bytes_of(spec.node);
    summary.items.reserve(spec.items.size());
    for (const policy::RuleItem& each : spec.items) {
      ItemSummary added = item(each);
      const bool goes_on =
          !summary.items.empty() && summary.items.back().section() == added.section();
      added.index = goes_on ? summary.items.back().index + 1 : 0;
      summary.items.push_back(std::move(added));
    }
  }
}

}  // namespace

std::string SummaryPlace::path() const {
  if (spec == nullptr) return {};
  std::string path = spec->index < 0 ? "spec" : "specs[" + std::to_string(spec->index) + "]";
  if (item != nullptr)
    path += "." + std::string(item->section()) + "[" + std::to_string(item->index) + "]";
  return path;
}

std::string SummaryPlace::keyed_path() const {
  if (item != nullptr)
    return "/" + std::string(item->section()) + "/" +
           base::hash_hex(policy->range(item->place).text());
  return spec == nullptr ? std::string() : "/spec";
}

std::string PolicySummary::subject() const {
  return std::string(policy::kind_name(kind)) + "/" + std::string(ns) + "/" + std::string(name);
}

PolicySummary summarize(const Policy& policy, std::string path_prefix, std::uint32_t document) {
  PolicySummary result;
  result.kind = policy.kind;
  result.file = &policy.root.document().file();
  result.path_prefix = std::move(path_prefix);
  result.name = policy.name;
  result.ns = policy.effective_namespace();
  result.document = document;
  const NodeRef name = policy.root.get("metadata").get("name");
  result.place = bytes_of(name ? name : policy.root);
  Summarizer(policy, result).run();
  return result;
}

}  // namespace cnplint::lint
