// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "project/inputs.h"

namespace cnplint::reporters {

/// The clusters that files make, what is in each, and why: for people.
std::string render_clusters_text(const project::Inputs& inputs);
/// The same as JSON: `clusters`, each with its `name`, `cilium` release, number of `policies`,
/// `folders` that are not of all clusters with the reason, and `units` (files and kustomizations)
/// with their namespace where no object names one.
std::string render_clusters_json(const project::Inputs& inputs);

}  // namespace cnplint::reporters
