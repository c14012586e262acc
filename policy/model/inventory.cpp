// SPDX-License-Identifier: Apache-2.0
#include "policy/model/inventory.h"

#include <algorithm>
#include <array>

#include "policy/model/operated.h"
#include "policy/model/policy.h"
#include "policy/yaml/scalar.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

using namespace std::string_view_literals;

constexpr std::array kWithTemplate{"Deployment"sv, "StatefulSet"sv,     "DaemonSet"sv,
                                   "Job"sv,        "ReplicaSet"sv,      "ReplicationController"sv,
                                   "Rollout"sv,    "DeploymentConfig"sv};

/// The manifest of the pods that a manifest makes; none for other kinds.
NodeRef pod_of(NodeRef root, std::string_view kind) {
  if (kind == "Pod") return root;
  NodeRef spec = root.get("spec");
  if (kind == "CronJob")
    spec = spec.get("jobTemplate").get("spec");
  else if (std::ranges::find(kWithTemplate, kind) == kWithTemplate.end())
    return {};
  return spec.get("template");
}

LabelPairs pairs(NodeRef mapping) {
  LabelPairs result;
  mapping.each_entry(
      [&](NodeRef key, NodeRef value) { result.emplace_back(key.text(), value.text()); });
  return result;
}

std::string_view namespace_of(const Manifest& manifest) {
  std::string_view ns = manifest.ns().text();
  if (ns.empty()) ns = manifest.default_namespace;
  return ns.empty() ? manifest.unnamed_namespace : ns;
}

std::uint16_t number(NodeRef port) {
  const auto value = port.is_scalar() ? integer_value(port.text(), port.type()) : std::nullopt;
  return value && *value > 0 && *value <= UINT16_MAX ? static_cast<std::uint16_t>(*value) : 0;
}

std::string_view protocol_of(NodeRef port) {
  const std::string_view protocol = port.get("protocol").text();
  return protocol.empty() ? "TCP" : protocol;
}

/// Whether a manifest is a hook of Helm or Argo CD.
bool is_hook(NodeRef root) {
  const NodeRef annotations = root.get("metadata").get("annotations");
  return annotations.get("helm.sh/hook") || annotations.get("argocd.argoproj.io/hook");
}

/// Whether what a container listens on is not known from the ports that it declares.
bool declares_nothing_sure(NodeRef container) {
  const std::vector<NodeRef> ports = container.get("ports").items();
  return ports.empty() || std::ranges::any_of(ports, [](NodeRef port) {
           return number(port.get("containerPort")) == 0 ||
                  has_placeholder(port.get("name").text());
         });
}

Workload workload_of(const Manifest& manifest, NodeRef pod) {
  const NodeRef root = manifest.root;
  const NodeRef name = manifest.name();
  Workload workload;
  workload.ns = namespace_of(manifest);
  workload.subject =
      std::string(manifest.kind) + "/" + std::string(workload.ns) + "/" + std::string(name.text());
  if (name) workload.place = name.range();
  workload.labels = pairs(pod.get("metadata").get("labels"));
  workload.hook = is_hook(root);
  workload.owned = root.get("metadata").get("ownerReferences").has_children();
  const NodeRef spec = pod.get("spec");
  if (const NodeRef account = spec.get("serviceAccountName"); !account.text().empty())
    workload.service_account = account.text();
  if (const NodeRef host = spec.get("hostNetwork"); host.is_scalar())
    workload.host_network = boolean_value(host.text());
  for (const char* list : {"initContainers", "containers"})
    for (const NodeRef container : spec.get(list).items())
      for (const NodeRef port : container.get("ports").items())
        workload.ports.push_back(
            {port.get("name").text(), number(port.get("containerPort")), protocol_of(port)});
  for (const NodeRef container : spec.get("containers").items())
    workload.silent_container = workload.silent_container || declares_nothing_sure(container);
  const NodeRef status = root.get("status");
  const auto add_address = [&](NodeRef text) {
    if (const auto address = parse_address(text.text())) workload.addresses.push_back(*address);
  };
  for (const NodeRef each : status.get("podIPs").items()) add_address(each.get("ip"));
  if (workload.addresses.empty()) add_address(status.get("podIP"));
  return workload;
}

ServiceManifest service_of(const Manifest& manifest) {
  const NodeRef root = manifest.root;
  ServiceManifest service;
  service.ns = namespace_of(manifest);
  service.name = manifest.name().text();
  service.labels = pairs(root.get("metadata").get("labels"));
  service.selector = pairs(root.get("spec").get("selector"));
  for (const NodeRef port : root.get("spec").get("ports").items())
    service.ports.push_back({number(port.get("port")), port.get("targetPort").text(),
                             protocol_of(port), number(port.get("nodePort"))});
  service.type = root.get("spec").get("type").text();
  const auto add_ip = [&](NodeRef text) {
    if (const auto address = parse_address(text.text())) service.cluster_ips.push_back(*address);
  };
  const NodeRef ips = root.get("spec").get("clusterIPs");
  for (const NodeRef each : ips.items()) add_ip(each);
  if (service.cluster_ips.empty()) add_ip(root.get("spec").get("clusterIP"));
  if (manifest.name()) service.place = manifest.name().range();
  return service;
}

NodeManifest node_of(const Manifest& manifest) {
  const NodeRef root = manifest.root;
  NodeManifest node;
  node.name = manifest.name().text();
  node.labels = pairs(root.get("metadata").get("labels"));
  for (const NodeRef each : root.get("status").get("addresses").items())
    if (const auto address = parse_address(each.get("address").text()))
      node.addresses.push_back(*address);
  const auto add_cidr = [&](NodeRef text) {
    if (const auto prefix = parse_prefix(text.text())) node.pod_cidrs.push_back(*prefix);
  };
  const NodeRef cidrs = root.get("spec").get("podCIDRs");
  for (const NodeRef each : cidrs.items()) add_cidr(each);
  if (node.pod_cidrs.empty()) add_cidr(root.get("spec").get("podCIDR"));
  return node;
}

bool is_operated(const Manifest& manifest) {
  return makes_pods(group_of(manifest.api_version), manifest.kind);
}

bool is_node(const Manifest& manifest) {
  return manifest.kind == "Node" && manifest.api_version == "v1";
}

}  // namespace

bool is_for_inventory(const Manifest& manifest) {
  constexpr std::array kOther{"Service"sv, "Namespace"sv, "CiliumCIDRGroup"sv};
  return std::ranges::find(kOther, manifest.kind) != kOther.end() || is_node(manifest) ||
         is_operated(manifest) || pod_of(manifest.root, manifest.kind) ||
         other_policy(manifest).has_value();
}

bool add_to_inventory(const Manifest& manifest, Inventory& inventory) {
  const NodeRef root = manifest.root;
  const std::string_view kind = manifest.kind;
  if (is_operated(manifest)) {
    const std::string_view ns = namespace_of(manifest);
    inventory.unrendered.push_back(
        {std::string(kind) + "/" + std::string(ns) + "/" + std::string(manifest.name().text()),
         std::string(ns)});
  } else if (kind == "Service") {
    inventory.services.push_back(service_of(manifest));
  } else if (kind == "Namespace") {
    const NodeRef metadata = root.get("metadata");
    inventory.namespaces.push_back({manifest.name().text(), pairs(metadata.get("labels"))});
  } else if (kind == "CiliumCIDRGroup") {
    inventory.cidr_groups.push_back(root);
  } else if (is_node(manifest)) {
    inventory.nodes.push_back(node_of(manifest));
  } else if (auto other = other_policy(manifest)) {
    inventory.other_policies.push_back(std::move(*other));
  } else if (const NodeRef pod = pod_of(root, kind)) {
    // The API server takes none without a name.
    if (manifest.name() || root.get("metadata").get("generateName"))
      inventory.workloads.push_back(workload_of(manifest, pod));
  } else {
    return false;
  }
  return true;
}

std::string single_object(const Manifest& manifest) {
  const auto kind = policy_kind(manifest);
  const bool global = kind ? is_clusterwide(*kind) : manifest.kind == "CiliumCIDRGroup";
  if (!kind && !global && manifest.kind != "Service" && !pod_of(manifest.root, manifest.kind))
    return {};
  const std::string_view name = manifest.name().text();
  const std::string_view ns = global ? std::string_view() : namespace_of(manifest);
  if (name.empty() || has_placeholder(name) || has_placeholder(ns)) return {};
  return std::string(manifest.kind) + "/" + std::string(ns) + "/" + std::string(name);
}

}  // namespace cnplint::policy
