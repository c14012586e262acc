// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/address.h"
#include "policy/model/environment.h"

namespace cnplint::policy {

/// A label of an identity, as in `k8s:app=cart` or `reserved:host`.
struct Label {
  std::string source;
  std::string key;
  std::string value;

  friend auto operator<=>(const Label&, const Label&) = default;
};

/// Reads `source:key=value`; without a source it is `unspec`, without `=` the value is empty
/// (fact A3.1).
Label parse_label(std::string_view text);
std::string to_string(const Label& label);

/// What an endpoint is for Cilium. Only the local ones have policy: pod, host, health, ingress,
/// init.
enum class EndpointKind : std::uint8_t {
  pod,
  mesh_pod,  ///< of another cluster of the mesh
  external,  ///< an address outside the cluster, or an external API server
  host,      ///< the local node, and pods in its network
  health,
  ingress,
  init,
  remote_node,
  unmanaged,
};
/// Whether an endpoint is a pod, of this cluster or of another one of the mesh.
constexpr bool is_pod(EndpointKind kind) {
  return kind == EndpointKind::pod || kind == EndpointKind::mesh_pod;
}
constexpr bool is_local(EndpointKind kind) {
  return kind != EndpointKind::mesh_pod && kind != EndpointKind::external &&
         kind != EndpointKind::remote_node && kind != EndpointKind::unmanaged;
}

/// A container port with a name.
struct NamedPort {
  std::string name;
  std::uint16_t port = 0;
  std::uint8_t protocol = 0;  ///< IP protocol number

  friend auto operator<=>(const NamedPort&, const NamedPort&) = default;
};

/// One end of a connection, by the facts known of it.
struct Endpoint {
  EndpointKind kind = EndpointKind::external;
  std::vector<Label> labels;
  std::optional<Address> address;  ///< matters for external ones only: CIDR rules select no pods
  std::vector<std::string> dns_names;  ///< that the DNS proxy has seen for the address
  std::vector<NamedPort> named_ports;
};

/// What kind of endpoint carries these labels (Hubble's view of an identity). Pods of another
/// cluster than `cluster` are mesh pods.
EndpointKind kind_of_labels(const std::vector<Label>& labels, std::string_view cluster);

/// A pod, as Kubernetes knows it.
struct PodFacts {
  std::string ns;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::string>> namespace_labels;
  std::string service_account = "default";
  std::string cluster = "default";
};
/// The identity labels of a pod (fact A3.3): its labels, those of its namespace, namespace, service
/// account and cluster, as the filter leaves them.
std::vector<Label> identity_labels(const PodFacts& pod, const LabelFilter& filter = {},
                                   Release release = {});
/// The namespace that the labels of an endpoint name; empty where they name none.
std::string_view namespace_of_pod(const Endpoint& endpoint);
/// Whether Cilium's default filter keeps a pod's label out of its identity.
bool is_filtered_label(std::string_view key);

/// A CiliumCIDRGroup.
struct CidrGroup {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<Prefix> cidrs;
};

/// A Service as toServices sees it. Without selector it has backends by address.
struct Service {
  std::string ns;
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::string>> selector;
  std::vector<Address> backends;
};

/// What policies refer to beside the endpoints that are asked about.
struct Surroundings {
  std::vector<CidrGroup> cidr_groups;
  std::vector<Service> services;
  std::vector<NamedPort> named_ports;  ///< of all pods of the cluster that are known
};

}  // namespace cnplint::policy
