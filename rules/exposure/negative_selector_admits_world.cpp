// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "policy/model/cluster_facts.h"
#include "policy/verdict/workload_endpoint.h"
#include "rules/selectors.h"

namespace cnplint::rules::negative_selector_admits_world {
namespace {

using policy::Condition;
using policy::Conditions;
using policy::Identity;

/// What is no pod, as peers see it.
class NoPods {
 public:
  explicit NoPods(const policy::Environment& environment) {
    world_.push_back(reserved(policy::world_label(false, environment)));
    world_.push_back(reserved(policy::world_label(true, environment)));
    nodes_.push_back(reserved("host"));
    nodes_.push_back(reserved("remote-node"));
  }

  [[nodiscard]] bool world_in(const Conditions& peer) const { return all_in(world_, peer); }
  [[nodiscard]] bool nodes_in(const Conditions& peer) const { return all_in(nodes_, peer); }

 private:
  static Identity reserved(std::string_view name) {
    return Identity::of_labels({{"reserved", std::string(name), {}}});
  }
  static bool all_in(const std::vector<Identity>& identities, const Conditions& peer) {
    return std::ranges::all_of(identities,
                               [&](const Identity& each) { return policy::matches(peer, each); });
  }

  std::vector<Identity> world_;
  std::vector<Identity> nodes_;
};

bool asks_for_no_pod(const Condition& condition) {
  return !is_of_kubernetes(condition) && (condition.source != "reserved" || is_positive(condition));
}

/// The first negative condition as it is written.
NodeRef negative_in(const PodPeer& peer) {
  for (const char* field : {"namespaceSelector", "podSelector"}) {
    const NodeRef selector = peer.of_network_policy() ? peer.where.get(field) : peer.where;
    for (const Condition& each : policy::conditions(selector))
      if (!is_positive(each)) return each.where;
  }
  return peer.where;
}

std::string effect_of(const PodPeer& peer) {
  if (peer.rule.denies()) return "denies";
  return peer.rule.direction == Direction::ingress ? "lets in" : "lets out to";
}

std::string message_of(const lint::ClusterContext& context, const PodPeer& peer, bool world,
                       bool nodes) {
  const bool by_reserved = std::ranges::any_of(
      peer.meaning, [](const Condition& each) { return each.source == "reserved"; });
  const std::string release(policy::release_name(context.cluster.environment.cilium));
  std::string message = "this is also true of what is no pod: the peer " + effect_of(peer) + " ";
  if (world) message += "every address outside the cluster";
  if (nodes) message += world ? " and the nodes" : "the nodes";
  return message + (by_reserved ? " (a `reserved:` key takes away the limit to pods)"
                                : " (Cilium " + release + " does not limit it to pods)");
}

bool has_requires(const lint::ClusterContext& context) {
  return std::ranges::any_of(context.rules->subjects, [](const policy::Subject& each) {
    return !each.requires_ingress.empty() || !each.requires_egress.empty();
  });
}

void check(const lint::ClusterContext& context, Report& report) {
  const NoPods no_pods(context.cluster.environment);
  const bool narrowed = has_requires(context);
  each_pod_peer(context, [&](const PodPeer& peer) {
    if (peer.meaning.empty() || std::ranges::any_of(peer.meaning, asks_for_no_pod)) return;
    const bool world = no_pods.world_in(peer.meaning);
    const bool nodes = no_pods.nodes_in(peer.meaning);
    if ((!world && !nodes) || peer.rule.ports.empty()) return;
    lint::Finding& finding =
        report.add(peer.policy, negative_in(peer), message_of(context, peer, world, nodes));
    finding.fix.title = peer.of_network_policy()
                            ? "add `{key: kubernetes.io/metadata.name, operator: Exists}` to the "
                              "namespaceSelector"
                            : "add `{key: k8s:io.kubernetes.pod.namespace, operator: Exists}`";
    if (!world || peer.rule.denies()) finding.severity = lint::Severity::note;
    if (!world || !peer.rule.allows() || narrowed) return;
    finding.node = peer.where;
    finding.claim = lint::Claim::opens_to_world;
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "negative-selector-admits-world",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary =
        "a peer by what it is not, which addresses outside the cluster and nodes are not either",
    .why =
        R"(`NotIn` and `DoesNotExist` are met by whoever does not have the label. A peer that says something of
namespaces or of reserved labels is not limited to a namespace any more, so up to Cilium 1.18 (later
where `policy-default-local-cluster` is off) it is met by addresses outside the cluster, by the host and
by other nodes: they have no namespace at all. A key `reserved:...` takes away the limit in every
release. `NotIn [dev]` then opens the port to the internet. Ask for a namespace as well, with `Exists`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress:
  - fromEndpoints:
    - matchExpressions: [{key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [dev]}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress:
  - fromEndpoints:
    - matchExpressions:
      - {key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [dev]}
      - {key: k8s:io.kubernetes.pod.namespace, operator: Exists}
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                {},
                "cilium: \"1.18\"\n"},
    .facts = "P210 P211 N6 N8 N9 N11 A3.4",
    .check_cluster = check,
};

}  // namespace cnplint::rules::negative_selector_admits_world
