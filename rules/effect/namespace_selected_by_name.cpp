// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>

#include "policy/model/cluster_facts.h"
#include "rules/selectors.h"
#include "rules/system_namespace.h"

namespace cnplint::rules::namespace_selected_by_name {
namespace {

using policy::Condition;

constexpr std::string_view kName = "name";

/// What a peer asks of the label `name` of namespaces; none where it does not.
std::vector<Condition> of_name(const PodPeer& peer) {
  const bool network_policy = peer.of_network_policy();
  policy::Conditions result = network_policy
                                  ? policy::conditions(peer.where.get("namespaceSelector"), "k8s")
                                  : policy::conditions(peer.where);
  const std::string key = network_policy
                              ? std::string(kName)
                              : std::string(policy::kNamespaceLabelsPrefix) + std::string(kName);
  std::erase_if(result, [&](const Condition& each) {
    return each.key != key || !is_of_kubernetes(each) || each.op != Condition::Op::in ||
           each.values.empty();
  });
  return result;
}

void check(const lint::ClusterContext& context, Report& report) {
  std::set<std::string_view> known;
  for (const policy::NamespaceManifest& each : context.cluster.inventory.namespaces) {
    known.insert(each.name);
    // Where somebody gives namespaces this label, it is a way to select them.
    for (const auto& label : each.labels)
      if (label.first == kName) return;
  }
  each_pod_peer(context, [&](const PodPeer& peer) {
    if (has_placeholder(peer.meaning)) return;
    for (const Condition& each : of_name(peer)) {
      const std::string& ns = each.values.front();
      lint::Finding& finding =
          report.add(peer.policy, each.where,
                     "namespaces have no label `name` from Kubernetes: the peer "
                     "matches nobody unless somebody has "
                     "labelled the namespace " +
                         quoted(ns));
      finding.fix = peer.of_network_policy()
                        ? "write `kubernetes.io/metadata.name: " + ns + "`"
                        : "write `k8s:io.kubernetes.pod.namespace: " + ns + "`";
      if (!known.contains(ns) && !is_system_namespace(ns) && ns != "default")
        finding.severity = lint::Severity::note;
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "namespace-selected-by-name",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a namespace is selected by a label `name` that it need not have",
    .why =
        R"(Every namespace has the label `kubernetes.io/metadata.name`, and none has `name` unless somebody gives it
one. A selector by `name: kube-system`, copied from old examples, matches nobody, and the namespace is
neither allowed nor denied. It is a note for namespaces that the input does not have and that may be
labelled. Legitimate, and silent, where a Namespace of the input has a label `name`.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
)"},
    .facts = "A3.3 A6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::namespace_selected_by_name
