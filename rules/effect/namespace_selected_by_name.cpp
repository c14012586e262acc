// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "policy/model/cluster_facts.h"
#include "rules/mending.h"
#include "rules/selectors.h"
#include "rules/system_namespace.h"

namespace cnplint::rules::namespace_selected_by_name {
namespace {

using policy::Condition;

/// Whether somebody who writes a key means the name of a namespace, which Kubernetes has in
/// another label.
bool is_meant_as_name(std::string_view key) {
  constexpr std::array<std::string_view, 4> kKeys{"name", "namespace", "kubernetes.io/name",
                                                  "metadata.name"};
  constexpr std::array<std::string_view, 1> kRight{kNameOfNamespace};
  if (std::ranges::find(kKeys, key) != kKeys.end()) return true;
  return key != kNameOfNamespace && !base::nearest_spelling(key, kRight).empty();
}

/// What a peer asks of such labels of namespaces, with the keys that these have.
std::vector<Condition> of_name(const PodPeer& peer) {
  policy::Conditions result = written_of_namespaces(peer);
  std::erase_if(result, [](const Condition& each) {
    return !each.key.starts_with(policy::kNamespaceLabelsPrefix);
  });
  for (Condition& each : result) each.key.erase(0, policy::kNamespaceLabelsPrefix.size());
  std::erase_if(result, [&](const Condition& each) {
    return !is_meant_as_name(each.key) || !is_of_kubernetes(each) || each.op != Condition::Op::in ||
           each.values.empty();
  });
  return result;
}

/// What the Namespaces of the input tell.
struct Known {
  std::set<std::string_view> names;
  std::set<std::pair<std::string_view, std::string_view>> labels;
  std::set<std::string_view> keys;
};

void check(const lint::ClusterContext& context, Report& report) {
  Known known;
  for (const policy::NamespaceManifest& each : context.cluster.inventory.namespaces) {
    known.names.insert(each.name);
    for (const auto& [key, value] : each.labels) {
      known.labels.emplace(key, value);
      known.keys.insert(key);
    }
  }
  each_pod_peer(context, [&](const PodPeer& peer) {
    if (!asks_for_namespace_label(peer.meaning) || has_placeholder(peer.meaning)) return;
    for (const Condition& each : of_name(peer)) {
      const std::string& ns = each.values.front();
      // Where somebody gives namespaces this label, it is a way to select them.
      if (known.labels.contains({each.key, ns})) continue;
      lint::Finding& finding =
          report.add(peer.policy, each.where,
                     "namespaces have no label " + quoted(each.key) +
                         " from Kubernetes: the peer matches nobody unless somebody has labelled "
                         "the namespace " +
                         quoted(ns));
      const std::string key = peer.of_network_policy() ? "kubernetes.io/metadata.name"
                                                       : "k8s:io.kubernetes.pod.namespace";
      finding.fix = lint::unsafe_fix(
          "write `" + key + ": " + ns +
              "`: opens the rule to pods of that namespace, and closes it "
              "to those of namespaces with this label",
          each.match_label ? policy::Changes{policy::rename(each.where, key)} : policy::Changes());
      const bool may_be_labelled = known.keys.contains(each.key) && !known.names.contains(ns);
      if (may_be_labelled ||
          (!known.names.contains(ns) && !is_system_namespace(ns) && ns != "default"))
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
labelled. Legitimate, and silent, where a Namespace of the input has that label. Keys such as
`kubernetes.io/name`, which look like the right one, are the same.)",
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
