// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>

#include "base/one_edit.h"
#include "policy/model/cluster_facts.h"
#include "rules/mending.h"
#include "rules/selectors.h"

namespace cnplint::rules::unknown_cluster {
namespace {

using policy::Condition;
using policy::Conditions;

/// Calls body(policy, condition) for what selectors ask of the cluster.
template <class Body>
void each_cluster_condition(const lint::ClusterContext& context, const Body& body) {
  const auto look_at = [&](const policy::Policy& policy, const Conditions& written) {
    for (const Condition& each : written)
      if (each.key == policy::kClusterLabel && is_of_kubernetes(each) &&
          each.op == Condition::Op::in)
        body(policy, each);
  };
  // What is only of the own cluster, by word or because it names none, is right.
  const auto is_own = [&](const Conditions& meaning) {
    return std::ranges::all_of(meaning, [&](const Condition& each) {
      return each.key != policy::kClusterLabel ||
             (each.values.size() == 1 &&
              each.values.front() == context.cluster.environment.cluster);
    });
  };
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec& spec,
                            const policy::Subject& subject) {
    if (!is_own(subject.selector)) look_at(policy, policy::conditions(subject_selector(spec)));
  });
  each_pod_peer(context, [&](const PodPeer& peer) {
    if (is_own(peer.meaning)) return;
    look_at(peer.policy, policy::conditions(peer.of_network_policy() ? peer.where.get("podSelector")
                                                                     : peer.where));
  });
}

/// How often selectors name each cluster. The one that the input is of counts as named often.
class Clusters {
 public:
  explicit Clusters(const lint::ClusterContext& context) {
    uses_[context.cluster.environment.cluster] = kOften;
    each_cluster_condition(context, [&](const policy::Policy&, const Condition& condition) {
      for (const std::string& name : condition.values) ++uses_[name];
    });
    for (const auto& [name, count] : uses_)
      if (count >= kOften) index_.add(name);
  }

  /// The cluster that a name is a slip for; empty where it is none.
  [[nodiscard]] std::string_view meant(std::string_view name) const {
    const auto uses = uses_.find(name);
    if (uses == uses_.end() || uses->second > 1) return {};
    for (const std::string_view near : index_.near(name))
      if (base::is_slip(near, name)) return near;
    return {};
  }

 private:
  static constexpr int kOften = 3;
  std::map<std::string, int, std::less<>> uses_;
  base::OneEditIndex index_;
};

void check(const lint::ClusterContext& context, Report& report) {
  const Clusters clusters(context);
  each_cluster_condition(context, [&](const policy::Policy& policy, const Condition& condition) {
    for (const std::string& name : condition.values) {
      const std::string_view meant = clusters.meant(name);
      if (meant.empty() || policy::has_placeholder(name)) continue;
      report
          .add(policy, condition.where,
               "the cluster " + quoted(name) + " is named only here, did you mean " +
                   quoted(meant) + "?")
          .fix = lint::unsafe_fix("write " + quoted(meant) + kSelectsOthers,
                                  {policy::set_text(condition.where, std::string(meant))});
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-cluster",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "a selector names a cluster that is nearly one that is known",
    .why =
        R"(`io.cilium.k8s.policy.cluster` is compared letter by letter with the names of the clusters of a mesh: a
misspelt one matches nobody. Reported is a name that is used once and is one letter from the name of the
cluster (`environment.clusterName`) or from one that other selectors name several times.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend, io.cilium.k8s.policy.cluster: frankfrut}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend, io.cilium.k8s.policy.cluster: frankfurt}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend, io.cilium.k8s.policy.cluster: frankfurt}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                "environment: {clusterName: frankfurt}\n"},
    .facts = "P216 N11 A3.4",
    .check_cluster = check,
};

}  // namespace cnplint::rules::unknown_cluster
