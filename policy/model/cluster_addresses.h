// SPDX-License-Identifier: Apache-2.0
//
// Which addresses the manifests of the input say are of the cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/address.h"
#include "policy/model/inventory.h"

namespace cnplint::policy {

/// An address of something that has an identity of its own, or of a Service.
struct ClusterAddress {
  enum class Kind : std::uint8_t { node, pod, cluster_ip, load_balancer };
  Address address;
  Kind kind = Kind::node;
  std::uint32_t index = 0;  ///< of the nodes, workloads or services of the inventory
};

/// Finds addresses of the cluster by prefixes. The inventory must outlive it.
class ClusterAddresses {
 public:
  explicit ClusterAddresses(const Inventory& inventory);

  [[nodiscard]] bool empty() const { return all_.empty() && pod_cidrs_.empty(); }
  /// Those in a prefix, in the order of addresses.
  [[nodiscard]] std::span<const ClusterAddress> within(const Prefix& prefix) const;
  /// The node whose pods have all addresses of a prefix; none where no node says so.
  [[nodiscard]] const NodeManifest* node_with_pods(const Prefix& prefix) const;
  /// The nodes some of whose pods have addresses of a prefix, in the order of addresses.
  [[nodiscard]] std::vector<const NodeManifest*> nodes_with_pods_within(const Prefix& prefix) const;
  /// Whether the nodes of the input say which addresses their pods have.
  [[nodiscard]] bool knows_pods() const { return !pod_cidrs_.empty(); }

 private:
  struct PodCidr {
    Prefix prefix;
    std::uint32_t node = 0;
  };
  const Inventory& inventory_;
  std::vector<ClusterAddress> all_;  ///< sorted by address
  std::vector<PodCidr> pod_cidrs_;   ///< sorted by first address; they do not overlap
};

/// Whether an address is of a range that only private networks use: RFC 1918, that of carriers
/// (100.64.0.0/10), or unique local (fc00::/7).
bool is_private(const Address& address);
/// Whether all addresses of a prefix are private.
bool is_private(const Prefix& prefix);

/// Whether exceptions leave nothing of a prefix.
bool leave_nothing(const Prefix& prefix, std::span<const Prefix> exceptions);

}  // namespace cnplint::policy
