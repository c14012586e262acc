// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <vector>

#include "base/nearest.h"
#include "policy/model/cluster_facts.h"
#include "policy/verdict/known_pods.h"
#include "rules/mending.h"
#include "rules/namespace_labels.h"
#include "rules/selectors.h"

namespace cnplint::rules::unknown_namespace_label {
namespace {

using policy::Condition;
using policy::Conditions;

/// A selector of namespaces.
struct Selector {
  const policy::Policy& policy;
  NodeRef where;              ///< of a peer the whole peer
  const Conditions& meaning;  ///< with what Cilium adds
  Conditions written;
  bool peer = false;
};

/// Whether Kubernetes, an installer or a controller gives namespaces the label: they have a prefix
/// of their own. One that a Namespace of the input has is given by hand.
bool is_given_by_others(const NamespaceLabels& namespaces, std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view prefix = key.substr(0, slash);
  return !namespaces.has_key(key) || prefix.ends_with("kubernetes.io") ||
         prefix.ends_with("k8s.io");
}

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : context_(context),
        report_(report),
        namespaces_(context.shared.get<NamespaceLabels>(context)),
        complete_(context.cluster.inventory.complete.value_or(false)) {
    for (const policy::Workload& workload : context.cluster.inventory.workloads)
      of_pods_.insert(workload.labels.begin(), workload.labels.end());
  }

  void look_at(const Selector& selector) {
    if (has_placeholder(selector.meaning) ||
        is_of_other_cluster(selector.meaning, context_.cluster.environment))
      return;
    for (const Condition& each : selector.written)
      if (is_of_kubernetes(each) && is_positive(each) && policy::is_namespace_label_key(each.key) &&
          namespaces_.none_meets(each))
        return look_at(selector, each);
  }

 private:
  void look_at(const Selector& selector, const Condition& condition) {
    const std::string_view key =
        std::string_view(condition.key).substr(policy::kNamespaceLabelsPrefix.size());
    if (is_given_by_others(namespaces_, key) || is_of_other_rule(key, condition)) return;
    const bool one = condition.op == Condition::Op::in && condition.values.size() == 1;
    const NamespaceLabels::Pair meant =
        one ? namespaces_.meant(key, condition.values.front()) : NamespaceLabels::Pair();
    const bool near = !meant.first.empty();
    const bool known =
        complete_ || (namespaces_.all_known() && namespaces_.has_other_than(selector.policy.ns));
    // Of labels with a prefix, controllers may give other values.
    if (!near && (!known || key.find('/') != std::string_view::npos)) return;
    std::string message =
        "no Namespace of the input has " + described(key, condition) +
        (selector.peer ? ", the peer matches nobody" : ", the policy selects nothing");
    if (near) message += ", did you mean " + text_of(meant) + "?";
    lint::Finding& finding = report_.add(selector.policy, condition.where, std::move(message));
    if (near)
      finding.fix = lint::unsafe_fix(
          "write " + fix_of(selector, meant) + kSelectsOthers,
          meant.first == key && condition.match_label && condition.where.is_scalar() &&
                  !base::differ_in_digits(condition.where.text(), meant.second)
              ? policy::Changes{policy::set_text(condition.where, std::string(meant.second))}
              : policy::Changes());
    if (meant.first != key && !complete_) finding.severity = lint::Severity::note;
    if (!complete_ || !context_.pods.none_selected(selector.meaning) ||
        !context_.pods.none_selected(selector.meaning, true))
      return;
    finding.node = selector.where;
    finding.claim = selector.peer ? lint::Claim::allows_nothing : lint::Claim::selects_nothing;
  }

  /// Whether another rule says that nobody gives namespaces the label, or that pods have it.
  [[nodiscard]] bool is_of_other_rule(std::string_view key, const Condition& condition) const {
    if (namespaces_.has_key(key)) return false;
    if (key == "name") return true;
    return !condition.values.empty() && of_pods_.contains({key, condition.values.front()});
  }

  static std::string described(std::string_view key, const Condition& condition) {
    constexpr std::size_t kMostValues = 4;
    const std::string name(key);
    if (condition.op != Condition::Op::in) return "the label " + quoted(name);
    if (condition.values.size() == 1) return quoted(name + ": " + condition.values.front());
    std::vector<std::string> values;
    for (const std::string& value : condition.values) values.push_back(quoted(value));
    return quoted(name) + " with one of " + base::first_few(std::move(values), kMostValues);
  }

  static std::string text_of(const NamespaceLabels::Pair& label) {
    return quoted(std::string(label.first) + ": " + std::string(label.second));
  }

  static std::string fix_of(const Selector& selector, const NamespaceLabels::Pair& meant) {
    const bool network_policy = selector.policy.kind == policy::PolicyKind::network_policy;
    const std::string prefix(network_policy ? std::string_view() : policy::kNamespaceLabelsPrefix);
    return quoted(prefix + std::string(meant.first) + ": " + std::string(meant.second));
  }

  const lint::ClusterContext& context_;
  Report& report_;
  const NamespaceLabels& namespaces_;
  std::set<NamespaceLabels::Pair> of_pods_;  ///< labels
  bool complete_;
};

void check(const lint::ClusterContext& context, Report& report) {
  if (context.cluster.inventory.namespaces.empty()) return;
  Checker checker(context, report);
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec& spec,
                            const policy::Subject& subject) {
    if (!subject.node && policy::is_cilium(policy.kind) &&
        asks_for_namespace_label(subject.selector))
      checker.look_at({policy, spec.endpoint_selector, subject.selector,
                       policy::conditions(spec.endpoint_selector), false});
  });
  each_pod_peer(context, [&](const PodPeer& peer) {
    if (asks_for_namespace_label(peer.meaning))
      checker.look_at({peer.policy, peer.where, peer.meaning, written_of_namespaces(peer), true});
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-namespace-label",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a selector asks for a label that no Namespace of the input has",
    .why =
        R"(A label of namespaces that none has is no error for anybody: the peer matches nobody. Where the input
has Namespaces, what `namespaceSelector` asks for, and keys behind `io.cilium.k8s.namespace.labels.`, are
held against their labels. It is a warning where the value is one letter from one that a Namespace has,
or where the configuration says that the input is complete; else a note: where another label has the
value, and where every namespace that the input speaks of is there with its workloads.
Nothing is said of labels with a prefix that no Namespace has: Kubernetes, installers and controllers give
these.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {team: paymnts}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: billing, labels: {team: payments}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {team: payments}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: billing, labels: {team: payments}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {team: payments}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: billing, labels: {team: payments}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
)"},
    .facts = "A3.3 A6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::unknown_namespace_label
