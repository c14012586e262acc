// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/text/rule_text.h"
#include "rules/elsewhere.h"

namespace cnplint::rules::namespace_label_missing {
namespace {

/// The key of Namespaces that a key of pods' identities stands for; empty for others.
std::string key_of_namespaces(std::string_view key) {
  if (key == policy::kNamespaceLabel) return std::string(kNameOfNamespace);
  for (const std::string_view prefix : {policy::kNamespaceLabelsPrefix, kOldNamespaceLabels})
    if (key.starts_with(prefix)) return std::string(key.substr(prefix.size()));
  return {};
}

constexpr const char* kNamesIt =
    ": opens the rule to pods of that namespace, and closes it to those that it selected without";

/// A namespaceSelector asks for labels of Namespaces, by their own keys (A3.3).
void check_namespace_selectors(const PolicyContext& context, Report& report) {
  for (const policy::SelectorUse& use : context.selectors) {
    if (!is_namespace_selector(use.selector)) continue;
    for (const policy::Requirement& requirement : use.requirements) {
      const std::string_view key = string_of(requirement.key);
      if (const std::string better = key_of_namespaces(key); !better.empty())
        report
            .add(requirement.key,
                 "Namespaces have no label " + quoted(key) +
                     ": that is what Cilium calls it in the labels of pods, write " +
                     quoted(better))
            .fix = lint::unsafe_fix("write " + quoted(better) + kNamesIt,
                                    {policy::set_text(requirement.key, better)});
    }
  }
}

void check_keys(const PolicyContext& context, Report& report) {
  if (context.policy.kind == policy::PolicyKind::network_policy)
    return check_namespace_selectors(context, report);
  if (!policy::is_cilium(context.policy.kind)) return;
  for (const policy::SelectorUse& use : context.selectors) {
    if (use.role != policy::SelectorUse::Role::peer &&
        use.role != policy::SelectorUse::Role::subject)
      continue;
    for (const policy::Requirement& requirement : use.requirements) {
      const std::string_view key = string_of(requirement.key);
      if (const std::string better = namespace_key_instead_of(key); !better.empty())
        report
            .add(requirement.key,
                 quoted(key) + " is no label that pods have for Cilium, write " + quoted(better))
            .fix = lint::unsafe_fix("write " + quoted(better) + kNamesIt,
                                    {policy::set_text(requirement.key, better)});
    }
  }
}

/// The namespace in the peer, as its kind says it.
policy::Changes add_namespace(const PodPeer& peer, std::string_view ns) {
  using policy::Value;
  if (peer.of_network_policy())
    return {policy::add_entry(
        peer.where.parent(), "namespaceSelector",
        policy::selector_value({{"kubernetes.io/metadata.name", std::string(ns)}}).in_line())};
  const NodeRef labels = peer.where.get("matchLabels");
  const std::string key(policy::namespace_key());
  if (labels.is_mapping()) return {policy::add_entry(labels, key, Value::text(std::string(ns)))};
  return {policy::add_entry(peer.where, "matchLabels",
                            Value::map({{key, Value::text(std::string(ns))}}))};
}

std::string fix_of(const PodPeer& peer, std::string_view ns) {
  if (peer.of_network_policy())
    return "add `namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " +
           std::string(ns) + "}}` to the same peer";
  return "add `k8s:io.kubernetes.pod.namespace: " + std::string(ns) + "`";
}

/// Whether the peer before this one is all of the namespace where the pod is: a dash too much,
/// which another rule says.
bool is_split(const lint::ClusterContext& context, const PodPeer& peer, const Elsewhere& there) {
  if (!there.pod || peer.position == 0) return false;
  const policy::Conditions& selector = context.rules->selectors[peer.rule.peers[peer.position - 1]];
  return !asks_for_label(selector) && context.pods.may_select(selector, *there.pod);
}

void check_peers(const lint::ClusterContext& context, Report& report) {
  each_pod_peer(context, [&](const PodPeer& peer) {
    const auto elsewhere = only_elsewhere(context, peer);
    if (!elsewhere || is_split(context, peer, *elsewhere)) return;
    const std::string_view own = peer.policy.effective_namespace();
    const std::string what = peer.of_network_policy() ? "a podSelector without a namespaceSelector"
                                                      : "a peer without a namespace";
    lint::Finding& finding =
        report.add(peer.policy, peer.where,
                   what + " means " + own_namespace(peer.policy) + ", where no workload fits; " +
                       elsewhere->who + " does, in " + quoted(elsewhere->ns));
    finding.fix = lint::unsafe_fix(fix_of(peer, elsewhere->ns) + kNamesIt,
                                   add_namespace(peer, elsewhere->ns));
    // Nothing is known of a namespace without workloads in the input.
    const bool unknown = elsewhere->pod ? context.pods.of_namespace(own) == policy::Knowledge::none
                                        : peer.policy.ns.empty();
    if (unknown) finding.severity = lint::Severity::note;
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "namespace-label-missing",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a peer in another namespace that is not named the way Cilium needs it",
    .why =
        R"(A peer selector of a CiliumNetworkPolicy without a namespace means the policy's own namespace. Peers of
another one need `k8s:io.kubernetes.pod.namespace: NAME`, or a label of the namespace behind the
prefix `io.cilium.k8s.namespace.labels.`. Keys such as `kubernetes.io/metadata.name` (NetworkPolicy's
way) or the old prefix `io.kubernetes.pod.namespace.labels.` match nothing. A `podSelector` of a
NetworkPolicy means the own namespace as well, without a `namespaceSelector` in the same peer. With
workloads in the input, peers that fit no pod of the own namespace but pods of others are reported, by
their labels or service account; peers with the labels of the cluster's DNS server always are.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {kubernetes.io/metadata.name: web}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web, app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {'k8s:io.kubernetes.pod.namespace': web}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P206 P207 N7 A3.4 A6",
    .check_policy = check_keys,
    .check_cluster = check_peers,
};

}  // namespace cnplint::rules::namespace_label_missing
