// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cli/configuration.h"
#include "cli/output.h"
#include "project/inputs.h"

namespace cnplint::cli {

/// Prints the clusters that the files make (of --cluster: this one), what is in each and why, as
/// text or json; the exit code.
int show_clusters(const project::Inputs& inputs, const ConfigFlags& flags,
                  const std::vector<Output>& outputs);

}  // namespace cnplint::cli
