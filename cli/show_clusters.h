// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cli/output.h"
#include "project/inputs.h"

namespace cnplint::cli {

/// Prints the clusters that the files make, what is in each and why, as text or json; the exit
/// code.
int show_clusters(const project::Inputs& inputs, const std::vector<Output>& outputs);

}  // namespace cnplint::cli
