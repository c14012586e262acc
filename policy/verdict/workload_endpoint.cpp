// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/workload_endpoint.h"

#include <utility>

#include "policy/verdict/rule.h"
#include "policy/verdict/selector.h"

namespace cnplint::policy {
namespace {

void add_reserved(Endpoint& endpoint, std::string_view key) {
  endpoint.labels.push_back({"reserved", std::string(key), {}});
}

}  // namespace

Labels labels_of(NodeRef mapping) {
  Labels result;
  mapping.each_entry(
      [&](NodeRef key, NodeRef value) { result.emplace_back(key.text(), value.text()); });
  return result;
}

Labels labels_of(const LabelPairs& labels) { return {labels.begin(), labels.end()}; }

Labels labels_of_namespace(std::string_view ns, const Inventory& inventory) {
  for (const NamespaceManifest& each : inventory.namespaces)
    if (each.name == ns) return labels_of(each.labels);
  return {};
}

std::vector<NamedPort> named_ports_of(const Workload& workload) {
  std::vector<NamedPort> result;
  for (const ContainerPort& port : workload.ports)
    if (!port.name.empty())
      if (const auto protocol = protocol_number(port.protocol))
        result.push_back({std::string(port.name), port.port, *protocol});
  return result;
}

Endpoint workload_endpoint(const Workload& workload, const Inventory& inventory,
                           const Environment& environment) {
  return workload_endpoint(workload, labels_of_namespace(workload.ns, inventory), environment);
}

Endpoint workload_endpoint(const Workload& workload, Labels namespace_labels,
                           const Environment& environment) {
  // Which node a pod in the node's network runs on nobody knows, so it is the local one.
  if (workload.host_network) return endpoint_of_entity("host", std::nullopt, environment);
  return pod_endpoint(workload, std::move(namespace_labels), environment);
}

Endpoint pod_endpoint(const Workload& workload, Labels namespace_labels,
                      const Environment& environment) {
  PodFacts pod;
  pod.ns = workload.ns;
  pod.labels = labels_of(workload.labels);
  pod.namespace_labels = std::move(namespace_labels);
  pod.service_account = workload.service_account;
  pod.cluster = environment.cluster;
  Endpoint endpoint;
  endpoint.kind = EndpointKind::pod;
  endpoint.labels = identity_labels(pod, environment.labels, environment.cilium);
  endpoint.named_ports = named_ports_of(workload);
  return endpoint;
}

Endpoint endpoint_of_entity(std::string_view name, std::optional<Address> address,
                            const Environment& environment) {
  Endpoint facts;
  facts.address = address;
  if (name.starts_with("world")) {
    const bool v6 = name == "world-ipv6" || (name == "world" && !environment.ipv4);
    if (!address) add_reserved(facts, world_label(v6, environment));
    return facts;
  }
  add_reserved(facts, name);
  // An API server with an address is outside of the cluster; else on another node.
  if (name == "kube-apiserver" && address) return facts;
  if (name == "kube-apiserver") add_reserved(facts, "remote-node");
  facts.kind = kind_of_labels(facts.labels, environment.cluster);
  return facts;
}

CidrGroup cidr_group(std::string name, NodeRef labels, NodeRef cidrs) {
  CidrGroup group{std::move(name), labels_of(labels), {}};
  for (const NodeRef cidr : cidrs.items())
    if (const auto prefix = parse_prefix(cidr.text())) group.cidrs.push_back(*prefix);
  return group;
}

Surroundings surroundings_of(const Inventory& inventory) {
  Surroundings result;
  for (const NodeRef group : inventory.cidr_groups)
    result.cidr_groups.push_back(cidr_group(std::string(group.get("metadata").get("name").text()),
                                            group.get("metadata").get("labels"),
                                            group.get("spec").get("externalCIDRs")));
  for (const ServiceManifest& service : inventory.services)
    result.services.push_back({std::string(service.ns),
                               std::string(service.name),
                               labels_of(service.labels),
                               labels_of(service.selector),
                               {}});
  for (const Workload& workload : inventory.workloads)
    if (!workload.host_network)
      for (NamedPort& port : named_ports_of(workload))
        result.named_ports.push_back(std::move(port));
  return result;
}

}  // namespace cnplint::policy
