// SPDX-License-Identifier: Apache-2.0
//
// The one place that knows what runs in the network of its node in most clusters.
#pragma once

#include <span>
#include <string_view>

namespace cnplint::policy {

/// Pods that are in the network of their node in most clusters: by a label, in one namespace or in
/// any, or all of a namespace.
struct HostNetworkPods {
  std::string_view ns;   ///< empty: any
  std::string_view key;  ///< empty: all pods of the namespace
  std::string_view value;
  std::string_view who;
  bool api_server = false;  ///< the entity kube-apiserver is meant
};
std::span<const HostNetworkPods> host_network_pods();

}  // namespace cnplint::policy
