// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "policy/verdict/known_pods.h"
#include "rules/mending.h"
#include "rules/near_label.h"
#include "rules/selectors.h"
#include "rules/system_namespace.h"

namespace cnplint::rules::value_of_no_workload {
namespace {

using policy::Condition;
using policy::Conditions;

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : context_(context), report_(report), near_(context.pods) {}

  void look_at(const policy::Policy& policy, const Conditions& meaning) {
    if (has_placeholder(meaning) ||
        context_.pods.of_selector(meaning) != policy::Knowledge::complete)
      return;
    const auto namespaces = policy::namespaces_of(meaning);
    if (!namespaces || namespaces->size() != 1 || is_system_namespace(namespaces->front())) return;
    for (const Condition& each : meaning)
      if (is_list(each)) look_at(policy, namespaces->front(), each);
  }

 private:
  /// Whether a condition names values one of which may be wrong while the others are right: of one
  /// that has a single value another rule says that nobody has it.
  static bool is_list(const Condition& each) {
    if (!is_of_kubernetes(each) || is_namespace_name(each) || !each.where) return false;
    return (each.op == Condition::Op::in && each.values.size() > 1) ||
           each.op == Condition::Op::not_in;
  }

  void look_at(const policy::Policy& policy, const std::string& ns, const Condition& list) {
    constexpr std::size_t kMost = 64;
    if (list.values.size() > kMost) return;
    for (const std::string& value : list.values) {
      if (somebody_has(ns, list, value)) continue;
      const auto near = near_.nearest(ns, list.key, value);
      if (!near || near->key != list.key ||
          std::ranges::find(list.values, near->value) != list.values.end())
        continue;
      const std::string in = list.op == Condition::Op::in ? "" : ", so that it leaves nobody out";
      lint::Finding& finding =
          report_.add(policy, place_of_value(list, value),
                      "no workload of " + quoted(ns) + " has " + quoted(list.key + ": " + value) +
                          in + ", did you mean " + quoted(near->value) + "?");
      finding.fix = lint::unsafe_fix("write " + quoted(near->value) + kSelectsOthers,
                                     rewrite_value(list, value, near->value));
    }
  }

  [[nodiscard]] bool somebody_has(const std::string& ns, const Condition& list,
                                  const std::string& value) const {
    Condition one = list;
    one.op = Condition::Op::in;
    one.values = {value};
    Condition place;
    place.source = "k8s";
    place.key = policy::kNamespaceLabel;
    place.values = {ns};
    const Conditions both{place, one};
    return !context_.pods.none_selected(both) || !context_.pods.none_selected(both, true);
  }

  const lint::ClusterContext& context_;
  Report& report_;
  NearLabels near_;
};

void check(const lint::ClusterContext& context, Report& report) {
  if (context.pods.empty()) return;
  Checker checker(context, report);
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec&,
                            const policy::Subject& subject) {
    if (!subject.node) checker.look_at(policy, subject.selector);
  });
  each_pod_peer(context, [&](const PodPeer& peer) { checker.look_at(peer.policy, peer.meaning); });
}

}  // namespace

CNPLINT_RULE{
    .name = "value-of-no-workload",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "one value of a list that no workload has, and nearly one that some have",
    .why =
        R"(A value in the list of an `In` that no pod has selects nobody, and one in the list of a `NotIn` leaves
nobody out: whoever was to be kept out is let in. Nothing says so, because the other values of the list
work. Reported where the input has all workloads of the namespace and one of them has nearly this value.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchExpressions: [{key: app, operator: In, values: [front, chekcout]}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: main, image: cart}]}
---
apiVersion: v1
kind: Pod
metadata: {name: front, namespace: shop, labels: {app: front}}
spec: {containers: [{name: main, image: front}]}
---
apiVersion: v1
kind: Pod
metadata: {name: checkout, namespace: shop, labels: {app: checkout}}
spec: {containers: [{name: main, image: checkout}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchExpressions: [{key: app, operator: In, values: [front, checkout]}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: main, image: cart}]}
---
apiVersion: v1
kind: Pod
metadata: {name: front, namespace: shop, labels: {app: front}}
spec: {containers: [{name: main, image: front}]}
---
apiVersion: v1
kind: Pod
metadata: {name: checkout, namespace: shop, labels: {app: checkout}}
spec: {containers: [{name: main, image: checkout}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchExpressions: [{key: app, operator: In, values: [front, checkout]}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: main, image: cart}]}
---
apiVersion: v1
kind: Pod
metadata: {name: front, namespace: shop, labels: {app: front}}
spec: {containers: [{name: main, image: front}]}
---
apiVersion: v1
kind: Pod
metadata: {name: checkout, namespace: shop, labels: {app: checkout}}
spec: {containers: [{name: main, image: checkout}]}
)"},
    .facts = "P206",
    .check_cluster = check,
};

}  // namespace cnplint::rules::value_of_no_workload
