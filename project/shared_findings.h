// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "lint/finding.h"

namespace cnplint::project {

/// Makes findings of one file that are the same into one, of all their clusters. Where several
/// clusters have the file, those that differ in nothing but the namespace are the same. The
/// findings come out by position.
void merge_shared(std::vector<lint::Finding>& findings, bool shared);

}  // namespace cnplint::project
