// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/result.h"
#include "cli/configuration.h"
#include "project/inputs.h"

namespace cnplint::cli {

/// The clusters that a command is about: that of --cluster, else all.
base::Result<std::vector<const project::Cluster*>> chosen_clusters(const project::Inputs& inputs,
                                                                   const ConfigFlags& flags);

}  // namespace cnplint::cli
