// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "base/text.h"
#include "lint/report.h"
#include "lint/summary.h"
#include "policy/model/address.h"
#include "policy/model/inventory.h"
#include "policy/model/label.h"
#include "policy/model/workload_index.h"
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
  for (const policy::SelectorUse& use : context.policy.selectors) {
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

using Op = lint::LabelRequirement::Op;

/// Whether pods with these labels fit the conditions, the namespace left aside.
bool fits(const lint::LabelSelector& selector, const policy::Workload& workload) {
  return std::ranges::all_of(selector, [&](const lint::LabelRequirement& requirement) {
    if (requirement.key == policy::kNamespaceLabel) return true;
    const auto label = std::ranges::find(workload.labels, requirement.key,
                                         &std::pair<std::string_view, std::string_view>::first);
    const bool exists = label != workload.labels.end();
    const bool listed =
        exists && std::ranges::find(requirement.values, label->second) != requirement.values.end();
    switch (requirement.op) {
      case Op::in:
        return listed;
      case Op::not_in:
        return !listed;
      case Op::exists:
        return exists;
      default:
        return !exists;
    }
  });
}

/// Whether the namespace in a selector is the one that Cilium adds.
bool means_own_namespace(const lint::PolicySummary& policy, const lint::LabelSelector& selector) {
  return selector.size() > 1 && selector.back().key == policy::kNamespaceLabel &&
         selector.back().op == Op::in && selector.back().values.front() == policy.ns;
}

/// Workloads and where they are found.
struct Workloads {
  const std::vector<policy::Workload>& all;
  policy::WorkloadIndex index{all};

  /// Calls body(workload) for every one that may fit a selector; ends where it is false.
  void each_candidate(const lint::LabelSelector& selector, const auto& body) const {
    const std::vector<std::uint32_t>* fewest = nullptr;
    for (const lint::LabelRequirement& each : selector) {
      if (each.op != Op::in || each.values.size() != 1 || each.key == policy::kNamespaceLabel)
        continue;
      const auto& having = index.having(each.key, each.values.front());
      if (fewest == nullptr || having.size() < fewest->size()) fewest = &having;
    }
    if (fewest == nullptr)
      std::ranges::all_of(all, body);
    else
      std::ranges::all_of(*fewest, [&](std::uint32_t i) { return body(all[i]); });
  }
};

void check_peer(const lint::SummaryPlace& place, const lint::LabelSelector& selector,
                const Workloads& workloads, lint::RepositoryReport& report) {
  const policy::Workload* elsewhere = nullptr;
  bool here = false;
  workloads.each_candidate(selector, [&](const policy::Workload& workload) {
    if (!fits(selector, workload)) return true;
    here = workload.ns == place.policy->ns;
    elsewhere = &workload;
    return !here;
  });
  if (here) return;
  if (elsewhere == nullptr) return;
  report
      .add(place, "a peer without a namespace means " + base::quoted(place.policy->ns) +
                      ", where no workload fits; " + elsewhere->subject + " does")
      .fix = "add `k8s:io.kubernetes.pod.namespace: " + std::string(elsewhere->ns) + "`";
}

void check_workloads(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  if (context.inventory.workloads.empty()) return;
  const Workloads workloads{context.inventory.workloads};
  for (const lint::PolicySummary& policy : context.policies) {
    if (policy.kind != policy::PolicyKind::cilium_network_policy || policy.refused) continue;
    for (const lint::SpecSummary& spec : policy.specs)
      for (const lint::ItemSummary& item : spec.items)
        for (const lint::PeerSummary& peer : item.peers)
          if (peer.kind == policy::PeerKind::endpoints &&
              means_own_namespace(policy, peer.selector))
            check_peer({&policy, &spec, &item, item.place}, peer.selector, workloads, report);
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
    .check_repository = check_workloads,
};

}  // namespace cnplint::rules::namespace_label_missing
