// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "policy/model/cluster_facts.h"
#include "policy/text/change.h"
#include "policy/verdict/subject_index.h"
#include "rules/cidr.h"

namespace cnplint::rules::any_cidr_for_cluster_service {
namespace {

using policy::PolicyRule;

/// A port that what runs on the nodes of a cluster listens on.
struct NodePort {
  std::uint16_t port = 0;
  std::string_view what;
  bool server = false;  ///< the API server, which managed clusters have outside
};
constexpr std::array<NodePort, 3> kNodePorts{{
    {6443, "the API server", true},
    {10250, "the kubelets", false},
    {2379, "etcd", false},
}};

const NodePort* node_port_of(const PolicyRule& rule, NodeRef& where) {
  for (const policy::PortFilter& filter : rule.ports)
    for (const NodePort& each : kNodePorts)
      if (filter.name.empty() && filter.first == each.port && filter.end <= filter.first) {
        where = filter.where;
        return &each;
      }
  return nullptr;
}

bool is_world(const policy::Conditions& selector) {
  return !selector.empty() && selector.front().source == "reserved" &&
         selector.front().key.starts_with("world") &&
         selector.front().op == policy::Condition::Op::exists;
}

/// Whether a rule allows a port to nodes, or to everybody.
bool reaches_nodes(const PolicyRule& rule, const policy::RuleBase& base, const NodePort& port) {
  if (!rule.allows() || rule.direction != Direction::egress) return false;
  const bool covers = std::ranges::any_of(rule.ports, [&](const policy::PortFilter& each) {
    return each.name.empty() && (each.first == 0 || (each.first <= port.port &&
                                                     port.port <= std::max(each.first, each.end)));
  });
  return covers && (rule.any_peer || std::ranges::any_of(rule.peers, [&](std::uint32_t peer) {
                      const policy::Conditions& selector = base.selectors[peer];
                      if (selector.empty()) return true;
                      const policy::Condition& first = selector.front();
                      return first.source == "reserved" &&
                             (first.key == "kube-apiserver" || first.key == "host" ||
                              first.key == "remote-node");
                    }));
}

/// Whether a Node of the input runs the API server.
bool has_control_plane(const policy::Inventory& inventory) {
  return std::ranges::any_of(inventory.nodes, [](const policy::NodeManifest& node) {
    return std::ranges::any_of(node.labels, [](const auto& label) {
      return label.first == "node-role.kubernetes.io/control-plane" ||
             label.first == "node-role.kubernetes.io/master";
    });
  });
}

/// By subject, which of the ports it allows to nodes.
using Reached = std::vector<std::array<bool, kNodePorts.size()>>;

Reached reached(const policy::RuleBase& base) {
  Reached result(base.subjects.size());
  for (std::size_t i = 0; i < base.subjects.size(); ++i)
    for (const PolicyRule& rule : base.rules_of(base.subjects[i]))
      for (std::size_t port = 0; port < kNodePorts.size(); ++port)
        result[i].at(port) = result[i].at(port) || reaches_nodes(rule, base, kNodePorts.at(port));
  return result;
}

/// Writes a rule for the API server before one for addresses, with the same port.
policy::Changes allow_api_server(NodeRef rule, NodeRef port) {
  using policy::Value;
  if (!rule.is_mapping() || !port.is_mapping()) return {};
  return {policy::put_before(
      rule,
      Value::map(
          {{"toEntities", Value::texts({"kube-apiserver"}).in_line()},
           {"toPorts",
            Value::list({Value::map({{"ports", Value::list({Value::of(port)})}})}).in_line()}}))};
}

void check_rule(const lint::ClusterContext& context, std::uint32_t subject, const PolicyRule& rule,
                const Reached& nodes, Report& report) {
  const policy::RuleBase& base = *context.rules;
  if (!rule.allows() || rule.direction != Direction::egress || rule.any_peer ||
      rule.peers.empty() ||
      !std::ranges::all_of(rule.peers, [&](auto peer) { return is_world(base.selectors[peer]); }))
    return;
  NodeRef where;
  const NodePort* port = node_port_of(rule, where);
  if (port == nullptr) return;
  const auto index = static_cast<std::size_t>(port - kNodePorts.data());
  if (context.subjects.beside_all(subject,
                                  [&](std::uint32_t other) { return nodes[other].at(index); }))
    return;
  const policy::Policy& policy = base.policies[rule.policy];
  const auto cidr = cidr_at(rule.peer_places.front());
  const std::string who = quoted(cidr ? cidr->where.text() : rule.peer_places.front().text());
  const std::string entity = port->server ? "kube-apiserver" : "host, remote-node";
  lint::Finding& finding = report.add(
      policy, where ? where : rule.where,
      std::to_string(port->port) + " is the port of " + std::string(port->what) +
          (port->server ? ": where that runs on nodes of this cluster " : " on the nodes: ") + who +
          (port->server ? " does not reach it, which is outside addresses only"
                        : " does not reach them, it is outside addresses only"));
  finding.fix.title =
      policy::is_cilium(policy.kind)
          ? "write `toEntities: [" + entity + "]`"
          : "no NetworkPolicy selects nodes: write a CiliumNetworkPolicy with `toEntities: [" +
                entity + "]`";
  if (policy::is_cilium(policy.kind) && port->server && rule.is_written())
    finding.fix = lint::unsafe_fix(
        "allow `toEntities: [kube-apiserver]` as well: opens egress to the API server on this port",
        allow_api_server(rule.where, where));
  if (!port->server || !has_control_plane(context.cluster.inventory))
    finding.severity = lint::Severity::note;
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  const Reached nodes = reached(base);
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i)
    for (const PolicyRule& rule : base.rules_of(base.subjects[i]))
      check_rule(context, i, rule, nodes, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "any-cidr-for-cluster-service",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "every address outside the cluster, for a service that runs on its nodes",
    .why =
        R"(`0.0.0.0/0`, `::/0` and the entity `world` are addresses outside the cluster. They match no nodes, so a rule
that opens 6443 to them does not reach an API server that runs on nodes of the cluster, nor 10250 the
kubelets: that takes the entities `kube-apiserver`, `host` and `remote-node`. Where the API server is
outside, as managed clusters have it, such a rule works: so this is a note, unless a Node of the
input is a control plane. Other policies for the same endpoints count.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toCIDR: [0.0.0.0/0]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
  - toCIDR: [0.0.0.0/0]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)"},
    .facts = "P401 P304 A5.1",
    .check_cluster = check,
};

}  // namespace cnplint::rules::any_cidr_for_cluster_service
