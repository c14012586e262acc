// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "lint/finding.h"

namespace cnplint::project {

/// Clusters that share a file have its findings several times: those of one place and rule that
/// differ in nothing but the namespace become one, of all their clusters. `clusters` of a finding
/// stays empty where it is of all that have the file. The findings are of one file, each with the
/// clusters that it was found in, and come out by position.
void merge_shared(std::vector<lint::Finding>& findings, const std::vector<std::uint32_t>& of_file);

}  // namespace cnplint::project
