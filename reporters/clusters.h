// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "project/cluster.h"

namespace cnplint::reporters {

/// The clusters that files make, what is in each, and why: for people.
std::string render_clusters_text(const std::vector<const project::Cluster*>& clusters);
/// The same as JSON: `clusters`, each with its `name`, `cilium` release, number of `policies`,
/// `folders` that are not of all clusters with the reason, and `units` (files and kustomizations)
/// with the namespaces of their policies.
std::string render_clusters_json(const std::vector<const project::Cluster*>& clusters);

}  // namespace cnplint::reporters
