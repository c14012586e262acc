// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>

#include "base/one_edit.h"
#include "policy/model/cluster_facts.h"
#include "policy/verdict/known_pods.h"
#include "rules/selectors.h"
#include "rules/system_namespace.h"

namespace cnplint::rules::unknown_namespace {
namespace {

using policy::Condition;

/// The namespaces that the input speaks of, other than in selectors.
class Namespaces {
 public:
  explicit Namespaces(const lint::ClusterContext& context) {
    for (const policy::NamespaceManifest& each : context.cluster.inventory.namespaces)
      add(each.name);
    for (const policy::Workload& each : context.cluster.inventory.workloads) add(each.ns);
    for (const policy::ServiceManifest& each : context.cluster.inventory.services) add(each.ns);
    for (const policy::Policy& each : context.policies) add(each.ns);
  }

  [[nodiscard]] bool has(std::string_view ns) const {
    return names_.contains(ns) || ns == policy::kDefaultNamespace || is_system_namespace(ns);
  }
  /// The one that a name was meant for; empty where none is near.
  [[nodiscard]] std::string_view meant(std::string_view ns) const {
    for (const std::string_view near : index_.near(ns))
      if (base::is_slip(near, ns)) return near;
    return {};
  }

 private:
  void add(std::string_view ns) {
    if (!ns.empty() && !policy::has_placeholder(ns) && names_.insert(ns).second) index_.add(ns);
  }

  std::set<std::string_view> names_;
  base::OneEditIndex index_;
};

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : complete_(context.cluster.inventory.complete.value_or(false)),
        namespaces_(context),
        report_(report) {}

  /// Looks at conditions as they are written.
  void look_at(const policy::Policy& policy, const policy::Conditions& written) {
    for (const Condition& each : written)
      if (is_namespace_name(each) && each.op == Condition::Op::in)
        for (const std::string& ns : each.values) look_at(policy, each, ns);
  }

 private:
  void look_at(const policy::Policy& policy, const Condition& condition, const std::string& ns) {
    if (ns.empty() || policy::has_placeholder(ns) || namespaces_.has(ns)) return;
    const std::string_view meant = namespaces_.meant(ns);
    if (meant.empty() && !complete_) return;
    std::string message = "the input has no namespace " + quoted(ns);
    if (!meant.empty()) message += ", did you mean " + quoted(meant) + "?";
    lint::Finding& finding = report_.add(policy, place_of(condition, ns), std::move(message));
    if (meant.empty())
      finding.severity = lint::Severity::note;
    else
      finding.fix = "write " + quoted(meant);
  }

  static NodeRef place_of(const Condition& condition, std::string_view ns) {
    for (const NodeRef value : condition.where.get("values").items())
      if (value.text() == ns) return value;
    return condition.where;
  }

  bool complete_;
  Namespaces namespaces_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) {
  if (context.cluster.inventory.namespaces.empty()) return;
  Checker checker(context, report);
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec& spec,
                            const policy::Subject& subject) {
    // In a policy of a namespace, another one is wrong whether it is known or not.
    if (policy.clusterwide() && !subject.node)
      checker.look_at(policy, policy::conditions(spec.endpoint_selector));
  });
  each_pod_peer(context, [&](const PodPeer& peer) {
    checker.look_at(peer.policy, peer.of_network_policy()
                                     ? policy::conditions(peer.where.get("namespaceSelector"),
                                                          "k8s", policy::kNamespaceLabelsPrefix)
                                     : policy::conditions(peer.where));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-namespace",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary =
        "a selector names a namespace that the input does not have, and nearly one that it has",
    .why =
        R"(A misspelt namespace in a selector is no error for anybody: the peer matches nobody, the policy selects
nothing. Where the input has Namespaces, a name that none of them has and that is one letter from one
that is there is reported. Names that differ in numbers, in short parts (`eu`, `us`) or by a plural are
not. Any other unknown name is a note where the configuration says that the input is complete.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: montoring}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
)"},
    .facts = "P206",
    .check_cluster = check,
};

}  // namespace cnplint::rules::unknown_namespace
