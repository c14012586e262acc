// SPDX-License-Identifier: Apache-2.0
//
// What manifests say of endpoints and of what surrounds them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/inventory.h"
#include "policy/verdict/endpoint.h"

namespace cnplint::policy {

using Labels = std::vector<std::pair<std::string, std::string>>;
/// The entries of a mapping of strings, or the labels of a manifest.
Labels labels_of(NodeRef mapping);
Labels labels_of(const LabelPairs& labels);
/// The labels of a namespace; none where the inventory does not have it.
Labels labels_of_namespace(std::string_view ns, const Inventory& inventory);

/// The container ports of a workload that have a name.
std::vector<NamedPort> named_ports_of(const Workload& workload);
/// A workload of the manifests as an endpoint. One in the network of its node is that node.
Endpoint workload_endpoint(const Workload& workload, const Inventory& inventory,
                           const Environment& environment);
/// The same with the labels of its namespace.
Endpoint workload_endpoint(const Workload& workload, Labels namespace_labels,
                           const Environment& environment);
/// The same as if it had a network of its own.
Endpoint pod_endpoint(const Workload& workload, Labels namespace_labels,
                      const Environment& environment);
/// An endpoint that stands for an entity; with an address it is that one outside of the cluster.
Endpoint endpoint_of_entity(std::string_view name, std::optional<Address> address,
                            const Environment& environment);

/// A CiliumCIDRGroup by its name, a mapping of labels and a list of CIDRs.
CidrGroup cidr_group(std::string name, NodeRef labels, NodeRef cidrs);
/// What manifests say of services, CIDR groups and named ports.
Surroundings surroundings_of(const Inventory& inventory);

}  // namespace cnplint::policy
