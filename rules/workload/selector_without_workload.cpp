// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/nearest.h"
#include "base/text.h"
#include "rules/known_selection.h"
#include "rules/mending.h"
#include "rules/namespace_as_label.h"
#include "rules/namespace_labels.h"
#include "rules/near_label.h"

namespace cnplint::rules::selector_without_workload {
namespace {

using policy::Condition;
using policy::Conditions;

/// Labels that controllers give the pods that they make, and manifests do not show.
constexpr std::array<std::string_view, 6> kOfControllers{"deploymentconfig",
                                                         "job-name",
                                                         "batch.kubernetes.io/job-name",
                                                         "batch.kubernetes.io/job-completion-index",
                                                         "apps.kubernetes.io/pod-index",
                                                         "statefulset.kubernetes.io/pod-name"};

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : context_(context),
        report_(report),
        near_(context.pods),
        namespaces_(context.shared.get<NamespaceLabels>(context)),
        complete_(context.cluster.inventory.complete.value_or(false)) {}

  void look_at(const PodSelection& selection) {
    if (!selection.asks_for_label() || is_of_no_namespace(selection)) return;
    if (selection.of_system && !complete_) return;
    if (is_in_unknown_namespace(selection)) return;
    if (std::ranges::any_of(selection.written,
                            [&](const Condition& each) { return may_come_later(each); }))
      return;
    if (somebody(selection.meaning)) return;
    if (selection.peer != nullptr && (only_elsewhere(context_, *selection.peer) ||
                                      namespace_as_label(context_.pods, *selection.peer)))
      return;
    const Condition* culprit = culprit_of(selection);
    if (culprit != nullptr && is_label_of_namespace(*culprit)) return;
    add(selection, culprit);
  }

 private:
  [[nodiscard]] bool somebody(const Conditions& conditions) const {
    return !context_.pods.none_selected(conditions) ||
           !context_.pods.none_selected(conditions, true);
  }

  /// Whether there is more to say of the namespace than of its workloads: another rule does.
  [[nodiscard]] bool is_in_unknown_namespace(const PodSelection& selection) const {
    return !context_.cluster.inventory.namespaces.empty() && !selection.is_everywhere() &&
           std::ranges::none_of(selection.namespaces, [&](const std::string& ns) {
             return context_.pods.has_namespace(ns);
           });
  }

  /// Whether nobody but pods can meet it: they alone are in namespaces.
  [[nodiscard]] static bool is_of_pods(const PodSelection& selection) {
    return selection.peer == nullptr ||
           std::ranges::any_of(selection.meaning, [](const auto& each) {
             return is_namespace_name(each) && is_positive(each);
           });
  }

  /// Whether it asks for a label of namespaces that none of the input has: another rule says it.
  [[nodiscard]] bool is_of_no_namespace(const PodSelection& selection) const {
    return std::ranges::any_of(selection.meaning, [&](const Condition& each) {
      return policy::is_namespace_label_key(each.key) && is_positive(each) &&
             namespaces_.none_meets(each);
    });
  }

  /// Whether pods may get a label from somebody whom the input does not show: a controller, or an
  /// operator, whose labels have a prefix of their own.
  [[nodiscard]] bool may_come_later(const Condition& condition) {
    if (std::ranges::find(kOfControllers, condition.key) != kOfControllers.end()) return true;
    return condition.key.find('/') != std::string::npos &&
           !condition.key.starts_with("app.kubernetes.io/") && !near_.any_has_key(condition.key) &&
           near_.near_key(condition.key).empty();
  }

  /// Whether the label is one of a Namespace, which another rule says.
  [[nodiscard]] bool is_label_of_namespace(const Condition& condition) {
    if (near_.any_has_key(condition.key) || condition.values.empty()) return false;
    return std::ranges::any_of(
        context_.cluster.inventory.namespaces, [&](const policy::NamespaceManifest& each) {
          return std::ranges::find(each.labels, std::pair<std::string_view, std::string_view>(
                                                    condition.key, condition.values.front())) !=
                 each.labels.end();
        });
  }

  /// The first condition that no workload of the place meets; null where only all together are
  /// met by none.
  [[nodiscard]] const Condition* culprit_of(const PodSelection& selection) const {
    Conditions place = selection.meaning;
    std::erase_if(place, [](const Condition& each) {
      return !is_namespace_name(each) && each.key != policy::kClusterLabel;
    });
    for (const Condition& each : selection.written) {
      Conditions alone = place;
      alone.push_back(each);
      if (!somebody(alone)) return &each;
    }
    return nullptr;
  }

  void add(const PodSelection& selection, const Condition* culprit) {
    const std::optional<NearLabel> near = nearest(selection, culprit);
    // There may always be one more namespace, and somebody who is in none.
    const bool open = selection.is_everywhere() && !(complete_ && is_of_pods(selection));
    if (open && !near) return;
    std::string message = "no workload of " + selection.place() + " has " + described(culprit);
    message +=
        selection.peer == nullptr ? ", the policy selects nothing" : ", the peer matches nobody";
    const std::string meant = near ? text_of(*near) : std::string();
    if (near) message += ", did you mean " + meant + "?";
    lint::Finding& finding =
        report_.add(selection.policy, culprit == nullptr ? selection.where : culprit->where,
                    std::move(message));
    if (near) {
      const bool written = culprit != nullptr && culprit->match_label &&
                           culprit->where.is_scalar() &&
                           !base::differ_in_digits(culprit->where.text(), near->value);
      policy::Changes changes;
      if (written) changes.push_back(policy::set_text(culprit->where, std::string(near->value)));
      if (written && culprit->key != near->key)
        for (policy::Change& each : rename_label(*culprit, near->key))
          changes.push_back(std::move(each));
      finding.fix = lint::unsafe_fix("write " + meant + kSelectsOthers, std::move(changes));
    }
    if (open ? !namespaces_.all_known() : selection.knowledge != policy::Knowledge::complete)
      finding.severity = lint::Severity::note;
    if (selection.knowledge != policy::Knowledge::complete || !is_of_pods(selection)) return;
    finding.node = selection.where;
    finding.claim =
        selection.peer == nullptr ? lint::Claim::selects_nothing : lint::Claim::allows_nothing;
  }

  std::optional<NearLabel> nearest(const PodSelection& selection, const Condition* culprit) {
    if (culprit == nullptr || culprit->op != Condition::Op::in || culprit->values.size() != 1)
      return std::nullopt;
    if (selection.is_everywhere())
      return near_.slip_anywhere(culprit->key, culprit->values.front());
    return near_.nearest(selection.namespaces.front(), culprit->key, culprit->values.front());
  }

  static std::string text_of(const NearLabel& label) {
    if (label.key == policy::kServiceAccountLabel) return quoted(label.value);
    return quoted(std::string(label.key) + ": " + std::string(label.value));
  }

  static std::string described(const Condition* condition) {
    constexpr std::size_t kMostValues = 4;
    if (condition == nullptr) return "all these labels";
    if (condition->op != Condition::Op::in) return "the label " + quoted(condition->key);
    if (condition->key == policy::kServiceAccountLabel)
      return "the service account " + quoted(condition->values.front());
    if (condition->values.size() == 1)
      return quoted(condition->key + ": " + condition->values.front());
    std::vector<std::string> names;
    for (const std::string& value : condition->values) names.push_back(quoted(value));
    return quoted(condition->key) + " with one of " +
           base::first_few(std::move(names), kMostValues);
  }

  const lint::ClusterContext& context_;
  Report& report_;
  NearLabels near_;
  const NamespaceLabels& namespaces_;
  bool complete_;
};

void check(const lint::ClusterContext& context, Report& report) {
  Checker checker(context, report);
  each_known_selection(context, [&](const PodSelection& selection) { checker.look_at(selection); });
}

}  // namespace

CNPLINT_RULE{
    .name = "selector-without-workload",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a selector that fits no workload of its namespace",
    .why =
        R"(A policy that selects no pod protects nobody, and a peer that no pod fits lets nobody in, without a
word. Selectors are held against the pods of the workloads of the input; one for every namespace where
its value is one letter from one that pods have. It is a note where a chart or HelmRelease is not
rendered, and where the namespace has an object of which an operator may make pods: of any kind, apart
from Kubernetes' own groups, groups of settings, routes and policies (`cert-manager.io`,
`networking.istio.io`), and kinds called after what is no program (`...Policy`, `...Monitor`,
`...Secret`). Labels that it gives in a pod template are those of pods. Nothing is said of namespaces
without workloads in the input, of those that installers fill (`kube-system`, `openshift-...`), and of
labels that controllers and operators give. Legitimate where the pods come from elsewhere: allow it
with a reason.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cartt}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: cart}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: cart}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: cart}]}
)"},
    .facts = "P206 A3.2 A3.3 A3.5",
    .check_cluster = check,
};

}  // namespace cnplint::rules::selector_without_workload
