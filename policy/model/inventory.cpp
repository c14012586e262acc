// SPDX-License-Identifier: Apache-2.0
#include "policy/model/inventory.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

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

/// What a manifest says of the pods that it makes.
struct PodParts {
  NodeRef metadata;
  NodeRef spec;
  bool known = false;  ///< false: it is of a kind that makes none
};

/// Of a Workflow, whose steps all make pods with the same labels; not known where one has labels of
/// its own, or what it runs stands elsewhere.
PodParts pod_of_workflow(NodeRef spec) {
  if (spec.get("workflowTemplateRef")) return {};
  for (const NodeRef each : spec.get("templates").items())
    if (each.get("metadata").get("labels")) return {};
  return {spec.get("podMetadata"), spec, spec.is_mapping()};
}

PodParts pod_of(const Manifest& manifest) {
  const std::string_view kind = manifest.kind;
  NodeRef pod = manifest.root;
  NodeRef spec = pod.get("spec");
  if (group_of(manifest.api_version) == "argoproj.io" && kind == "Workflow")
    return pod_of_workflow(spec);
  if (group_of(manifest.api_version) == "argoproj.io" && kind == "CronWorkflow")
    return pod_of_workflow(spec.get("workflowSpec"));
  if (kind != "Pod") {
    if (kind == "CronJob")
      spec = spec.get("jobTemplate").get("spec");
    else if (std::ranges::find(kWithTemplate, kind) == kWithTemplate.end())
      return {};
    pod = spec.get("template");
  }
  return {pod.get("metadata"), pod.get("spec"), static_cast<bool>(pod)};
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

/// The ports at which a container is asked whether it is well.
void add_used_ports(NodeRef container, std::vector<std::uint16_t>& used) {
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"})
    for (const char* how : {"httpGet", "tcpSocket", "grpc"})
      if (const std::uint16_t port = number(container.get(probe).get(how).get("port")); port != 0)
        used.push_back(port);
}

bool is_a_digit(char c) { return c >= '0' && c <= '9'; }

/// Adds the numbers of a text that stand alone or behind `:`, `=`, `,` or a space, as ports do.
void add_mentioned_ports(std::string_view text, std::vector<std::uint16_t>& mentioned) {
  constexpr std::size_t kMost = 64;
  constexpr std::string_view kBefore = ":=, ";
  constexpr std::string_view kAfter = "/,; ?\"'";
  for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
    for (end = begin; end < text.size() && is_a_digit(text[end]);) ++end;
    const bool apart = begin == 0 || kBefore.find(text[begin - 1]) != std::string_view::npos;
    const bool ends = end == text.size() || kAfter.find(text[end]) != std::string_view::npos;
    std::uint16_t port = 0;
    if (begin < end && apart && ends && mentioned.size() < kMost &&
        std::from_chars(text.data() + begin, text.data() + end, port).ec == std::errc() &&
        port != 0)
      mentioned.push_back(port);
  }
}

void add_ports(NodeRef container, Workload& workload) {
  for (const NodeRef port : container.get("ports").items())
    workload.ports.push_back(
        {port.get("name").text(), number(port.get("containerPort")), protocol_of(port)});
  add_used_ports(container, workload.used_ports);
  for (const char* list : {"command", "args"})
    for (const NodeRef text : container.get(list).items())
      add_mentioned_ports(text.text(), workload.mentioned_ports);
  for (const NodeRef variable : container.get("env").items())
    add_mentioned_ports(variable.get("value").text(), workload.mentioned_ports);
}

Workload workload_of(const Manifest& manifest, const PodParts& pod) {
  const NodeRef root = manifest.root;
  const NodeRef name = manifest.name();
  Workload workload;
  workload.ns = namespace_of(manifest);
  workload.subject =
      std::string(manifest.kind) + "/" + std::string(workload.ns) + "/" + std::string(name.text());
  if (name) workload.place = name.range();
  workload.labels = pairs(pod.metadata.get("labels"));
  workload.hook = is_hook(root);
  workload.owned = root.get("metadata").get("ownerReferences").has_children();
  const NodeRef spec = pod.spec;
  if (const NodeRef account = spec.get("serviceAccountName"); !account.text().empty())
    workload.service_account = account.text();
  if (const NodeRef host = spec.get("hostNetwork"); host.is_scalar())
    workload.host_network = boolean_value(host.text());
  for (const char* list : {"initContainers", "containers"})
    for (const NodeRef container : spec.get(list).items()) add_ports(container, workload);
  // A text, as all annotations are.
  add_mentioned_ports(pod.metadata.get("annotations").get("prometheus.io/port").text(),
                      workload.used_ports);
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

/// The addresses of a load balancer: of the spec, else those of the status. Of one that proxies,
/// connections do go there.
void add_load_balancer_ips(NodeRef root, ServiceManifest& service) {
  const auto add = [&](NodeRef text) {
    const auto address = parse_address(text.text());
    auto& all = service.load_balancer_ips;
    if (address && std::ranges::find(all, *address) == all.end()) all.push_back(*address);
  };
  add(root.get("spec").get("loadBalancerIP"));
  for (const NodeRef each : root.get("status").get("loadBalancer").get("ingress").items())
    if (each.get("ipMode").text() != "Proxy") add(each.get("ip"));
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
  add_load_balancer_ips(root, service);
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

bool is_monitor(const Manifest& manifest) {
  return (manifest.kind == "PodMonitor" || manifest.kind == "ServiceMonitor") &&
         group_of(manifest.api_version) == "monitoring.coreos.com";
}

/// Notes an object of which somebody makes pods, or may, and the labels that they get for sure.
void add_maker(const Manifest& manifest, Inventory& inventory) {
  const std::string_view ns = namespace_of(manifest);
  inventory.unrendered.push_back({std::string(manifest.kind) + "/" + std::string(ns) + "/" +
                                      std::string(manifest.name().text()),
                                  std::string(ns)});
  for (const NodeRef labels : labels_of_templates(manifest.root.get("spec")))
    inventory.possible_pods.push_back({ns, pairs(labels)});
}

bool may_be_maker(const Manifest& manifest) {
  return manifest.name() && manifest.root.get("spec").is_mapping() &&
         may_make_pods(group_of(manifest.api_version), manifest.kind);
}

}  // namespace

bool is_for_inventory(const Manifest& manifest) {
  constexpr std::array kOther{"Service"sv, "Namespace"sv, "CiliumCIDRGroup"sv};
  return std::ranges::find(kOther, manifest.kind) != kOther.end() || is_node(manifest) ||
         is_monitor(manifest) || is_operated(manifest) || pod_of(manifest).known ||
         other_policy(manifest).has_value() || may_be_maker(manifest);
}

bool add_to_inventory(const Manifest& manifest, Inventory& inventory) {
  const NodeRef root = manifest.root;
  const std::string_view kind = manifest.kind;
  const PodParts pod = pod_of(manifest);
  // The API server takes none without a name.
  const bool makes = pod.known && (manifest.name() || root.get("metadata").get("generateName"));
  if (is_operated(manifest)) {
    add_maker(manifest, inventory);
    if (makes) inventory.workloads.push_back(workload_of(manifest, pod));
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
  } else if (is_monitor(manifest)) {
    inventory.monitors.push_back(
        {namespace_of(manifest), root.get("spec"), kind == "ServiceMonitor"});
  } else if (pod.known) {
    if (makes) inventory.workloads.push_back(workload_of(manifest, pod));
  } else if (may_be_maker(manifest)) {
    add_maker(manifest, inventory);
  } else {
    return false;
  }
  return true;
}

std::string single_object(const Manifest& manifest) {
  const auto kind = policy_kind(manifest);
  const bool global = kind ? is_clusterwide(*kind) : manifest.kind == "CiliumCIDRGroup";
  if (!kind && !global && manifest.kind != "Service" && !pod_of(manifest).known) return {};
  const std::string_view name = manifest.name().text();
  const std::string_view ns = global ? std::string_view() : namespace_of(manifest);
  if (name.empty() || has_placeholder(name) || has_placeholder(ns)) return {};
  return std::string(manifest.kind) + "/" + std::string(ns) + "/" + std::string(name);
}

}  // namespace cnplint::policy
