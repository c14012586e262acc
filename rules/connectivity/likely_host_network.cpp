// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/model/cluster_facts.h"
#include "policy/model/host_network.h"
#include "policy/verdict/known_pods.h"
#include "rules/selectors.h"
#include "rules/system_namespace.h"

namespace cnplint::rules::likely_host_network {
namespace {

using policy::Condition;
using policy::Conditions;
using policy::HostNetworkPods;

/// Whether conditions limit a label to one value.
bool asks_for(const Conditions& conditions, std::string_view key, std::string_view value) {
  return std::ranges::any_of(conditions, [&](const Condition& each) {
    return is_of_kubernetes(each) && each.key == key && each.op == Condition::Op::in &&
           each.values.size() == 1 && each.values.front() == value;
  });
}

bool is_in_namespace(const Conditions& conditions, std::string_view ns) {
  return ns.empty() || asks_for(conditions, policy::kNamespaceLabel, ns) ||
         asks_for(conditions, policy::kNamespaceNameLabel, ns);
}

/// The rows of the table by the value that a selector has to ask for.
const std::unordered_multimap<std::string_view, const HostNetworkPods*>& rows() {
  static const auto kRows = [] {
    std::unordered_multimap<std::string_view, const HostNetworkPods*> all;
    for (const HostNetworkPods& each : policy::host_network_pods())
      all.emplace(each.key.empty() ? each.ns : each.value, &each);
    return all;
  }();
  return kRows;
}

const HostNetworkPods* who_is(const Conditions& conditions) {
  for (const Condition& condition : conditions) {
    if (condition.op != Condition::Op::in || condition.values.size() != 1) continue;
    const auto [begin, end] = rows().equal_range(condition.values.front());
    for (auto row = begin; row != end; ++row) {
      const HostNetworkPods& each = *row->second;
      if (is_in_namespace(conditions, each.ns) &&
          (each.key.empty() || asks_for(conditions, each.key, each.value)))
        return &each;
    }
  }
  return nullptr;
}

/// Whether the input has a pod for a selector, or all that there are in its namespace, so that
/// nothing has to be guessed.
bool is_known(const lint::ClusterContext& context, const Conditions& conditions) {
  const auto named = policy::namespaces_of(conditions);
  if (named && std::ranges::none_of(*named, is_system_namespace) &&
      context.pods.of_selector(conditions) == policy::Knowledge::complete)
    return true;
  return !context.pods.none_selected(conditions) || !context.pods.none_selected(conditions, true);
}

std::string fix_of(const PodPeer& peer, const HostNetworkPods& who) {
  const bool ingress = peer.rule.direction == Direction::ingress;
  const std::string entities =
      std::string(ingress ? "fromEntities" : "toEntities") + ": " +
      (who.api_server && !ingress ? "[kube-apiserver]" : "[host, remote-node]");
  return (peer.of_network_policy() ? "use a CiliumNetworkPolicy with `" : "write `") + entities +
         "`";
}

void check_peers(const lint::ClusterContext& context, Report& report) {
  each_pod_peer(context, [&](const PodPeer& peer) {
    const HostNetworkPods* who = who_is(peer.meaning);
    if (who == nullptr || is_known(context, peer.meaning)) return;
    report
        .add(peer.policy, peer.where,
             "pods of " + std::string(who->who) +
                 " use the network of their node (hostNetwork) in most clusters: Cilium knows them "
                 "as the node, the peer never matches them")
        .fix.title = fix_of(peer, *who);
  });
}

void check_subjects(const lint::ClusterContext& context, Report& report) {
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec& spec,
                            const policy::Subject& subject) {
    const HostNetworkPods* who = subject.node ? nullptr : who_is(subject.selector);
    // A namespace of such pods may have others, which a policy for all of them is for.
    if (who == nullptr || who->key.empty() || is_known(context, subject.selector)) return;
    report
        .add(policy, spec.endpoint_selector,
             "pods of " + std::string(who->who) +
                 " use the network of their node (hostNetwork) in most clusters: the policy does "
                 "not select them")
        .fix.title = "write a CiliumClusterwideNetworkPolicy with `nodeSelector`";
  });
}

void check(const lint::ClusterContext& context, Report& report) {
  check_peers(context, report);
  check_subjects(context, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "likely-host-network",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a selector of pods that use the network of their node in most clusters",
    .why =
        R"(The API server, etcd, kube-proxy, the agents of networks and the exporters of nodes mostly run with
`hostNetwork: true`. For Cilium such pods are the node: a peer that names their labels never matches,
and a policy for them selects nobody. Write the entities `kube-apiserver`, `host` and `remote-node`
instead, and a `nodeSelector` for what protects them. It is a note because a cluster may run them
otherwise; where the input has the workloads, they decide (`only-host-network-pods`).)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: controller, namespace: ops}
spec:
  endpointSelector: {matchLabels: {app: controller}}
  egress:
  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, component: kube-apiserver}}]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: controller, namespace: ops}
spec:
  endpointSelector: {matchLabels: {app: controller}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)"},
    .facts = "P217 A6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::likely_host_network
