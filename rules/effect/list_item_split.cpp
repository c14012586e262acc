// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "policy/model/label.h"
#include "policy/verdict/known_pods.h"
#include "policy/verdict/rule.h"
#include "rules/each.h"

namespace cnplint::rules::list_item_split {
namespace {

/// Allows of entities are left out: "the cluster on every port, everybody on these" is a usual
/// rule.
bool only_peers(const RuleItem& item) {
  return item.peers.size() == 1 && (item.deny || item.peers.front().kind != PeerKind::entities) &&
         item.peers.front().list.has_children() && !item.to_ports && !item.icmps;
}
bool only_ports(const RuleItem& item) { return item.peers.empty() && item.to_ports.has_children(); }
bool only_icmps(const RuleItem& item) {
  return item.peers.empty() && !item.to_ports && item.icmps.has_children();
}

void check(const PolicyContext& context, Report& report) {
  for (const policy::Spec& spec : context.policy.specs)
    for (std::size_t i = 1; i < spec.items.size(); ++i) {
      const RuleItem& first = spec.items[i - 1];
      const RuleItem& second = spec.items[i];
      if (!(first.node.parent() == second.node.parent()) || !only_peers(first) ||
          (!only_ports(second) && !only_icmps(second)))
        continue;
      const NodeRef list = only_ports(second) ? second.to_ports : second.icmps;
      const std::string ports(field_name(list));
      lint::Finding& finding =
          report.add(list, quoted(ports) + " is an item of its own: it holds for any peer");
      // To let anybody ping is usual.
      finding.opens = true;
      if (only_icmps(second)) finding.severity = lint::Severity::note;
      finding.notes.push_back({lint::culprit_range(first.peers.front().list),
                               "and these peers are left with every port"});
      finding.fix = lint::unsafe_fix(
          "remove the dash before " + quoted(ports) +
              ": closes these ports for all other peers, and other ports for these peers",
          {policy::join_with_previous(second.node)});
    }
}

/// What a peer limits.
enum class Limits { nothing, namespaces, pods, both, addresses };

bool is_of_namespace(const policy::Condition& each) { return policy::is_namespace_key(each.key); }

Limits limits_of(NodeRef peer) {
  const NodeRef pods = peer.get("podSelector");
  const NodeRef namespaces = peer.get("namespaceSelector");
  if (policy::is_stored(peer.get("ipBlock"))) return Limits::addresses;
  if (policy::is_stored(pods) || policy::is_stored(namespaces)) {
    if (!policy::is_stored(pods) || policy::matches_everything(pods))
      return policy::is_stored(namespaces) && !policy::matches_everything(namespaces)
                 ? Limits::namespaces
                 : Limits::nothing;
    return policy::is_stored(namespaces) ? Limits::both : Limits::pods;
  }
  bool of_namespace = false;
  bool of_pods = false;
  for (const policy::Condition& each : policy::conditions(peer))
    (is_of_namespace(each) ? of_namespace : of_pods) = true;
  if (of_namespace) return of_pods ? Limits::both : Limits::namespaces;
  return of_pods ? Limits::pods : Limits::nothing;
}

/// Two peers of which the first names a namespace only and the next one pods only: mostly meant as
/// these pods of that namespace.
class PeerSplit {
 public:
  PeerSplit(const lint::ClusterContext& context, const policy::PolicyRule& rule)
      : context_(context), base_(*context.rules), rule_(rule) {}

  void check(Report& report) const {
    std::vector<Split> splits;
    std::size_t namespaces = 0;
    std::size_t pods = 0;
    for (std::size_t i = 0; i < rule_.peer_places.size(); ++i) {
      const Limits own = limits_of(rule_.peer_places[i]);
      namespaces += own == Limits::namespaces ? 1 : 0;
      pods += own == Limits::pods ? 1 : 0;
      if (i == 0) continue;
      const Limits before = limits_of(rule_.peer_places[i - 1]);
      if (own == Limits::pods && before == Limits::namespaces) splits.push_back({i - 1, i});
      if (own == Limits::namespaces && before == Limits::pods) splits.push_back({i, i - 1});
    }
    // Several of a kind are a list of alternatives.
    if (splits.size() != 1 || namespaces != 1 || pods != 1) return;
    const Split split = splits.front();
    const policy::Conditions& own = base_.selectors[rule_.peers[split.pods]];
    if (!context_.pods.selected(own).empty()) return;
    const std::vector<std::uint32_t> meant = context_.pods.selected(both(split));
    if (meant.empty() && rule_.peer_places.size() != 2) return;
    say(split, meant, report);
  }

 private:
  /// The positions of the two peers.
  struct Split {
    std::size_t place;  ///< of the one that names a namespace
    std::size_t pods;
  };

  /// The pods of one peer in the namespaces of the other one.
  [[nodiscard]] policy::Conditions both(const Split& split) const {
    policy::Conditions result = base_.selectors[rule_.peers[split.place]];
    for (const policy::Condition& each : base_.selectors[rule_.peers[split.pods]])
      if (!is_of_namespace(each) && each.key != policy::kClusterLabel) result.push_back(each);
    return result;
  }

  void say(const Split& split, const std::vector<std::uint32_t>& meant, Report& report) const {
    const policy::Policy& policy = base_.policies[rule_.policy];
    const bool knp = policy.kind == policy::PolicyKind::network_policy;
    const bool below = split.place < split.pods;
    const std::string dash = below ? "`podSelector`" : "`namespaceSelector`";
    lint::Finding& finding =
        report.add(policy, rule_.peer_places[std::max(split.place, split.pods)],
                   std::string("two peers, not one: every pod of the namespace") +
                       (below ? " above" : "") + ", and these pods of " +
                       (policy.clusterwide() ? "every namespace" : "the policy's own namespace"));
    finding.opens = true;
    if (meant.empty()) finding.severity = lint::Severity::note;
    finding.notes.push_back(
        {lint::culprit_range(rule_.peer_places[std::min(split.place, split.pods)]),
         below ? "the namespace" : "the pods"});
    if (!meant.empty())
      finding.notes.push_back({context_.pods.workload(meant.front()).place,
                               quoted(context_.pods.workload(meant.front()).subject) +
                                   " of that namespace has these labels, no pod of the own one"});
    finding.fix = lint::unsafe_fix(
        (knp ? "for these pods of that namespace only, remove the dash before " + dash
             : "for these pods of that namespace only, write both labels in one selector") +
            std::string(": closes other pods of the namespaces, and opens these"),
        one_peer(split, knp));
  }

  /// The two peers as one: without the dash, or with the labels of both.
  [[nodiscard]] policy::Changes one_peer(const Split& split, bool knp) const {
    const NodeRef place = rule_.peer_places[split.place];
    const NodeRef pods = rule_.peer_places[split.pods];
    if (knp) return {policy::join_with_previous(split.place < split.pods ? pods : place)};
    const NodeRef labels = pods.get("matchLabels");
    if (!labels.is_mapping() || place.child_count() != 1) return {};
    policy::Changes changes{policy::remove(place)};
    place.get("matchLabels").each_entry([&](NodeRef key, NodeRef value) {
      changes.push_back(policy::add_entry(labels, key.key_text(), policy::Value::of(value)));
    });
    if (changes.size() == 1) return {};
    return changes;
  }

  const lint::ClusterContext& context_;
  const policy::RuleBase& base_;
  const policy::PolicyRule& rule_;
};

void check_peers(const lint::ClusterContext& context, Report& report) {
  for (const policy::PolicyRule& rule : context.rules->rules) {
    const bool knp =
        context.rules->policies[rule.policy].kind == policy::PolicyKind::network_policy;
    constexpr std::size_t kMost = 32;  // nobody means so many as one
    if (rule.allows() && (rule.endpoints || knp) && rule.peer_places.size() <= kMost)
      PeerSplit(context, rule).check(report);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "list-item-split",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a dash too much that splits one rule or one peer into two",
    .why =
        R"(Items of a list are alternatives. `- fromEndpoints` and then `- toPorts` are two rules: these peers on
every port, and anybody on these ports. Without the second dash it is one rule: these peers on
these ports. In the same way `- namespaceSelector` and then `- podSelector` are two peers: every pod
of that namespace, and pods with these labels in the policy's own one. Legitimate where both are
meant: then write the pods of the own namespace first.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
  - toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "A1.2 A3.4 A6",
    .check_policy = check,
    .check_cluster = check_peers,
};

}  // namespace cnplint::rules::list_item_split
