// SPDX-License-Identifier: Apache-2.0
//
// What rules about selectors share: whose labels a selector looks at, and how conditions are
// spoken of.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "policy/model/label.h"
#include "policy/verdict/impossible_key.h"
#include "policy/verdict/rule.h"
#include "rules/each.h"

namespace cnplint::rules {

/// The prefix under which Cilium once had the labels of namespaces (P207).
inline constexpr std::string_view kOldNamespaceLabels = "io.kubernetes.pod.namespace.labels.";
/// The label that Kubernetes gives every Namespace.
inline constexpr std::string_view kNameOfNamespace = "kubernetes.io/metadata.name";

/// Whether a selector is a namespaceSelector, whose keys are those of Namespaces.
inline bool is_namespace_selector(NodeRef selector) {
  return field_name(selector) == "namespaceSelector";
}

/// Whose labels a selector of a policy looks at; none where it looks at no identities: at Services,
/// groups of CIDRs, Namespaces.
inline std::optional<policy::Bearer> bearer_of(const policy::SelectorUse& use) {
  using Role = policy::SelectorUse::Role;
  switch (use.role) {
    case Role::subject:
      return field_name(use.selector) == "nodeSelector" ? policy::Bearer::local_node
                                                        : policy::Bearer::pod;
    case Role::peer:
      if (is_namespace_selector(use.selector)) return std::nullopt;
      return policy::Bearer::peer;
    case Role::node_peer:
      return policy::Bearer::remote_node;
    default:
      return std::nullopt;
  }
}

/// Whether an operator asks for a label that is there; the others are met where it is not.
inline bool is_positive(std::string_view op) { return op == "In" || op == "Exists"; }

/// A key that no pod has for Cilium and that says where a pod is: by NetworkPolicy's name for it,
/// or by the prefix that Cilium once used (P207). With what to write instead; empty for others.
inline std::string namespace_key_instead_of(std::string_view key) {
  const std::string_view plain = policy::without_source(key);
  if (plain == kNameOfNamespace) return "k8s:" + std::string(policy::kNamespaceLabel);
  if (plain.starts_with(kOldNamespaceLabels))
    return "k8s:" + std::string(policy::kNamespaceLabelsPrefix) +
           std::string(plain.substr(kOldNamespaceLabels.size()));
  return {};
}

/// A peer that selects pods by their labels: an item of fromEndpoints, toEndpoints, from or to.
struct PodPeer {
  const policy::Policy& policy;
  const policy::PolicyRule& rule;
  NodeRef where;
  std::uint32_t selector;             ///< index into RuleBase::selectors
  const policy::Conditions& meaning;  ///< with the namespace and cluster that Cilium adds
  std::size_t position;               ///< among the peers of the rule

  [[nodiscard]] bool of_network_policy() const {
    return policy.kind == policy::PolicyKind::network_policy;
  }
};

/// Calls body(peer) for every such peer of policies that live together, in their order.
template <class Body>
void each_pod_peer(const lint::ClusterContext& context, const Body& body) {
  for (const policy::PolicyRule& rule : context.rules->rules)
    for (std::size_t i = 0; i < rule.peers.size(); ++i) {
      const NodeRef where = rule.peer_places[i];
      if (!where.is_mapping() || policy::is_stored(where.get("ipBlock"))) continue;
      const std::string_view list = field_name(where.parent());
      if (list != "fromEndpoints" && list != "toEndpoints" && list != "from" && list != "to")
        continue;
      body(PodPeer{context.policies[rule.policy], rule, where, rule.peers[i],
                   context.rules->selectors[rule.peers[i]], i});
    }
}

/// Whether conditions ask for a label of namespaces.
inline bool asks_for_namespace_label(const policy::Conditions& conditions) {
  return std::ranges::any_of(conditions, [](const policy::Condition& each) {
    return policy::is_namespace_label_key(each.key);
  });
}

/// What a peer asks of namespaces as it is written, with the keys that Cilium gives their labels;
/// of a Cilium policy with what it asks of pods.
inline policy::Conditions written_of_namespaces(const PodPeer& peer) {
  return peer.of_network_policy() ? policy::conditions(peer.where.get("namespaceSelector"), "k8s",
                                                       policy::kNamespaceLabelsPrefix)
                                  : policy::conditions(peer.where);
}

/// Calls body(policy, spec, subject) for every spec of policies that live together.
template <class Body>
void each_subject(const lint::ClusterContext& context, const Body& body) {
  std::size_t next = 0;
  for (const policy::Policy& policy : context.policies) {
    if (policy::is_firewall(policy.kind)) continue;
    for (const policy::Spec& spec : policy.specs)
      body(policy, spec, context.rules->subjects[next++]);
  }
}

/// Whether conditions have a value that is not known before a later step fills it in.
inline bool has_placeholder(const policy::Conditions& conditions) {
  return std::ranges::any_of(conditions, [](const policy::Condition& each) {
    return policy::has_placeholder(each.key) ||
           std::ranges::any_of(each.values, [](const std::string& value) {
             return policy::has_placeholder(value);
           });
  });
}

/// The namespace of a policy for a message: where nobody has given one, in words.
inline std::string own_namespace(const policy::Policy& policy) {
  return policy.ns.empty() ? "the policy's own namespace" : quoted(policy.ns);
}

/// The selector that a spec selects by.
inline NodeRef subject_selector(const policy::Spec& spec) {
  return spec.node_selector ? spec.node_selector : spec.endpoint_selector;
}

using policy::is_of_kubernetes;

/// Whether a condition is about the name of the pod's namespace.
inline bool is_namespace_name(const policy::Condition& condition) {
  return is_of_kubernetes(condition) && policy::is_namespace_name_key(condition.key);
}
/// Whether a condition asks for a label that is there.
inline bool is_positive(const policy::Condition& condition) {
  return condition.op == policy::Condition::Op::in || condition.op == policy::Condition::Op::exists;
}

}  // namespace cnplint::rules
