// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "policy/model/cluster_facts.h"
#include "policy/model/label.h"
#include "policy/model/workload_index.h"
#include "policy/verdict/rule.h"
#include "policy/verdict/workload_endpoint.h"
#include "rules/each.h"

namespace cnplint::rules::namespace_label_missing {
namespace {

constexpr std::string_view kOldPrefix = "io.kubernetes.pod.namespace.labels.";
constexpr std::string_view kNameLabel = "kubernetes.io/metadata.name";

/// What to write instead of a key that never matches; empty for other keys.
std::string instead_of(std::string_view key) {
  const std::string_view plain = policy::without_source(key);
  if (plain == kNameLabel) return "k8s:" + std::string(policy::kNamespaceLabel);
  if (plain.starts_with(kOldPrefix))
    return "k8s:" + std::string(policy::kNamespaceLabelsPrefix) +
           std::string(plain.substr(kOldPrefix.size()));
  return {};
}

void check_keys(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  for (const policy::SelectorUse& use : context.selectors) {
    if (use.role != policy::SelectorUse::Role::peer &&
        use.role != policy::SelectorUse::Role::subject)
      continue;
    for (const policy::Requirement& requirement : use.requirements) {
      const std::string_view key = string_of(requirement.key);
      if (const std::string better = instead_of(key); !better.empty())
        report.add(requirement.key,
                   quoted(key) + " is no label that pods have for Cilium, write " + quoted(better));
    }
  }
}

using Op = policy::Condition::Op;

/// The conditions of a peer as they are written; none where the author named a namespace himself,
/// or asks for what is no pod.
policy::Conditions written_alone(NodeRef peer) {
  policy::Conditions written = policy::conditions(peer);
  const bool placed = std::ranges::any_of(written, [](const policy::Condition& each) {
    return each.source == "reserved" || each.key == policy::kNamespaceLabel ||
           each.key.starts_with(policy::kNamespaceLabelsPrefix);
  });
  return placed ? policy::Conditions() : written;
}

/// The workloads of the input, and where they are found.
class Workloads {
 public:
  explicit Workloads(const policy::ClusterFacts& cluster)
      : all_(cluster.inventory.workloads), index_(all_) {
    for (const policy::Workload& each : all_)
      identities_.push_back(policy::Identity::of_labels(
          policy::workload_endpoint(each, cluster.inventory, cluster.environment).labels));
  }

  /// A workload that the conditions select in another namespace, where none in this one is.
  [[nodiscard]] const policy::Workload* only_elsewhere(const policy::Conditions& selector,
                                                       std::string_view ns) const {
    const policy::Workload* elsewhere = nullptr;
    bool here = false;
    const auto look_at = [&](std::uint32_t index) {
      if (!policy::matches(selector, identities_[index])) return;
      here = here || all_[index].ns == ns;
      elsewhere = &all_[index];
    };
    if (const auto* candidates = fewest(selector)) {
      for (const std::uint32_t index : *candidates)
        if (!here) look_at(index);
    } else {
      for (std::uint32_t index = 0; index < all_.size() && !here; ++index) look_at(index);
    }
    return here ? nullptr : elsewhere;
  }

 private:
  /// The workloads with the rarest label that is asked for; null where no single one is.
  [[nodiscard]] const std::vector<std::uint32_t>* fewest(const policy::Conditions& selector) const {
    const std::vector<std::uint32_t>* fewest = nullptr;
    for (const policy::Condition& each : selector) {
      if (each.op != Op::in || each.values.size() != 1) continue;
      const auto& having = index_.having(each.key, each.values.front());
      if (fewest == nullptr || having.size() < fewest->size()) fewest = &having;
    }
    return fewest;
  }

  const std::vector<policy::Workload>& all_;
  policy::WorkloadIndex index_;
  std::vector<policy::Identity> identities_;
};

void check_workloads(const lint::ClusterContext& context, Report& report) {
  if (context.cluster.inventory.workloads.empty()) return;
  const Workloads workloads(context.cluster);
  for (const policy::PolicyRule& rule : context.rules->rules) {
    const policy::Policy& policy = context.policies[rule.policy];
    if (policy.kind != policy::PolicyKind::cilium_network_policy || !rule.endpoints) continue;
    const std::string_view ns = policy.effective_namespace();
    for (const NodeRef peer : rule.peer_places) {
      const policy::Conditions selector = written_alone(peer);
      if (selector.empty()) continue;
      if (const policy::Workload* elsewhere = workloads.only_elsewhere(selector, ns))
        report
            .add(policy, rule.where,
                 "a peer without a namespace means " + quoted(ns) + ", where no workload fits; " +
                     elsewhere->subject + " does")
            .fix = "add `k8s:io.kubernetes.pod.namespace: " + std::string(elsewhere->ns) + "`";
    }
  }
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
way) or the old prefix `io.kubernetes.pod.namespace.labels.` match nothing. With workloads in the same
input, selectors that fit no pod of the own namespace but pods of others are reported, too.)",
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
)"},
    .check_policy = check_keys,
    .check_cluster = check_workloads,
};

}  // namespace cnplint::rules::namespace_label_missing
