// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "policy/model/address.h"
#include "policy/model/manifest.h"
#include "policy/model/other_policy.h"

namespace cnplint::policy {

using LabelPairs = std::vector<std::pair<std::string_view, std::string_view>>;

/// A port that a container declares.
struct ContainerPort {
  std::string_view name;  ///< may be empty
  std::uint16_t port = 0;
  std::string_view protocol;  ///< TCP where none is written
};

/// A manifest that makes pods: Pod, Deployment, StatefulSet, DaemonSet, Job, CronJob, ReplicaSet,
/// Argo's Workflow.
struct Workload {
  std::string subject;  ///< `Kind/namespace/name`
  std::string_view ns;
  LabelPairs labels;  ///< of its pods
  std::string_view service_account = "default";
  bool host_network = false;
  bool hook = false;   ///< of Helm or Argo CD: it runs while something is installed
  bool owned = false;  ///< made by another workload: it has ownerReferences
  std::vector<ContainerPort> ports;
  bool silent_container = false;  ///< some container of it declares no port, or an unknown one
  /// Of TCP, that probes or the annotation of Prometheus use: the pods listen there.
  std::vector<std::uint16_t> used_ports;
  /// Numbers that may be ports, in the commands, arguments and variables of its containers.
  std::vector<std::uint16_t> mentioned_ports;
  std::vector<Address>
      addresses;            ///< of its status, where it is a Pod that was read from a cluster
  base::SourceRange place;  ///< of its name
};

/// The name of a workload's manifest.
inline std::string_view name_of(const Workload& workload) {
  return std::string_view(workload.subject).substr(workload.subject.rfind('/') + 1);
}
/// The kind of a workload's manifest.
inline std::string_view kind_of(const Workload& workload) {
  return std::string_view(workload.subject).substr(0, workload.subject.find('/'));
}

/// A Service.
struct ServiceManifest {
  struct Port {
    std::uint16_t port = 0;
    std::string_view target;  ///< a number or the name of a container port; empty: as `port`
    std::string_view protocol;
    std::uint16_t node_port = 0;  ///< where one is written
  };
  std::string_view ns;
  std::string_view name;
  LabelPairs labels;
  LabelPairs selector;
  std::vector<Port> ports;
  std::string_view type;                   ///< empty: ClusterIP
  std::vector<Address> cluster_ips;        ///< that are written; none of a headless one
  base::SourceRange place;                 ///< of its name
  std::vector<Address> load_balancer_ips;  ///< asked for or given, that Cilium translates itself
};

/// A Node.
struct NodeManifest {
  std::string_view name;
  LabelPairs labels;
  std::vector<Address> addresses;  ///< of its status, internal and external
  std::vector<Prefix> pod_cidrs;   ///< of its spec
};

/// Something of the input that makes more objects, which nobody has rendered: a chart, a
/// HelmRelease, an Application with a chart, a remote resource of a kustomization.
struct Unrendered {
  std::string what;  ///< `HelmRelease/shop/cart`, or a path
  std::string ns;    ///< the namespace of what it makes; empty: any
};

/// Labels in an object that may make pods, in what looks like the template of some: pods with these
/// labels and others may be in its namespace.
struct PossiblePods {
  std::string_view ns;
  LabelPairs labels;
};

/// A PodMonitor or ServiceMonitor: ports that are scraped.
struct MonitorManifest {
  std::string_view ns;
  NodeRef spec;  ///< only while its document lives
  bool of_services = false;
};

/// Whether a Service selects pods of a namespace with such labels, pairs of key and value. One
/// without a selector selects none.
template <class Labels>
bool selects(const ServiceManifest& service, std::string_view ns, const Labels& labels) {
  return service.ns == ns && !service.selector.empty() &&
         std::ranges::all_of(service.selector, [&](const auto& wanted) {
           return std::ranges::any_of(labels, [&](const auto& label) {
             return label.first == wanted.first && label.second == wanted.second;
           });
         });
}

/// The number that a port of a Service leads to at a pod with such ports, each with a name and a
/// number; 0 where the pod has none of that name.
template <class Ports>
std::uint16_t target_of(const ServiceManifest::Port& port, const Ports& ports) {
  if (port.target.empty()) return port.port;
  std::uint16_t number = 0;
  const char* const end = port.target.data() + port.target.size();
  if (const auto read = std::from_chars(port.target.data(), end, number);
      read.ec == std::errc() && read.ptr == end)
    return number;
  for (const auto& each : ports)
    if (each.name == port.target) return each.port;
  return 0;
}

struct NamespaceManifest {
  std::string_view name;
  LabelPairs labels;
};

/// The manifests of the same input that are no policies but say what policies are about. Views of
/// the sources.
struct Inventory {
  std::vector<Workload> workloads;
  std::vector<ServiceManifest> services;
  std::vector<NamespaceManifest> namespaces;
  std::vector<NodeManifest> nodes;
  std::vector<NodeRef> cidr_groups;  ///< CiliumCIDRGroup manifests; only while their document lives
  std::vector<OtherPolicy> other_policies;  ///< that no verdict takes into account
  std::vector<Unrendered> unrendered;
  std::vector<PossiblePods> possible_pods;
  std::vector<MonitorManifest> monitors;
  /// Whether the configuration says that all workloads are here, or that some are not.
  std::optional<bool> complete;
};

/// Whether a manifest belongs into an inventory.
bool is_for_inventory(const Manifest& manifest);
/// Adds a manifest to the inventory where it belongs there, and says whether it did.
bool add_to_inventory(const Manifest& manifest, Inventory& inventory);

/// `Kind/namespace/name` of a policy, workload, Service or CIDR group: a cluster has one of this
/// name. Empty for other kinds (a Namespace is often written where it is used, several times), and
/// where the name is not known yet.
std::string single_object(const Manifest& manifest);

}  // namespace cnplint::policy
