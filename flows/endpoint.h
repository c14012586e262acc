// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flows/flow.h"

namespace cnplint::flows {

/// What stands at one end of connections. Pods of one workload have the same labels and count as
/// one endpoint: policies cannot tell them apart either.
enum class CapturedEndpointKind : std::uint8_t {
  pod,
  reserved,  ///< host, remote-node, kube-apiserver, health, ...: what `reserved:` labels name
  external,  ///< an address outside of the cluster
  unknown,   ///< an address of which the capture says no more
};

/// One end of a connection. Two endpoints are the same where `key()` is; `pod` and the workload are
/// examples of many, the first in the order of names.
struct CapturedEndpoint {
  CapturedEndpointKind kind = CapturedEndpointKind::unknown;
  std::string cluster;
  std::string ns;
  std::vector<std::string>
      labels;  ///< `source:key=value`, sorted; of externals without `cidr:` and the world
  std::string pod;
  std::string workload_kind;
  std::string workload;
  std::string address;  ///< of externals and unknowns; a CIDR where only a `cidr:` label is known

  /// A pod of which the capture has the name only (and, from that, the label of its namespace).
  [[nodiscard]] bool is_unlabelled_pod() const {
    return kind == CapturedEndpointKind::pod && labels.size() <= 1;
  }
  /// What makes it itself, as text that sorts well.
  [[nodiscard]] std::string key() const;
  /// Takes over what another report of the same endpoint knows.
  void merge(const CapturedEndpoint& other);

  friend bool operator==(const CapturedEndpoint&, const CapturedEndpoint&) = default;
};

/// The endpoint of what a flow says of one of its ends. Labels win over the number of the identity
/// (facts B3.4); the label of its namespace is added where a tool left it out.
CapturedEndpoint endpoint_of(const FlowEndpoint& fields);

/// The value of a label with any source but `reserved` and `cidr`; empty where there is none.
std::string_view label_value(const CapturedEndpoint& endpoint, std::string_view key);

/// What people call the workload: the name that Hubble gives, else a telling label, else the pod
/// without what its controller appended. Empty for what is no pod.
std::string workload_name(const CapturedEndpoint& endpoint);

/// What people call the endpoint: `namespace/workload`, an address, `host`.
std::string display_name(const CapturedEndpoint& endpoint);

}  // namespace cnplint::flows
