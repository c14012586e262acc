// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "lint/finding.h"

namespace cnplint::project {

/// One cause, one finding: makes what follows from another finding of a file a note of that one. A
/// field that the API server drops is the cause of what its rule opens and lacks then; of several
/// findings about one rule of a policy that say how wide it is, or what is void beside it, the
/// worst stands for all. Those that are suppressed are no causes, and stay as they are.
void fold_consequences(std::vector<lint::Finding>& findings);

/// Whether in each cluster one rule makes void what five or more policies and a quarter of all of
/// them say. Until that one is mended nobody acts on what else policies do to each other there.
/// @param findings of each file
/// @param policies how many each cluster has
std::vector<bool> overruled(const std::vector<std::vector<lint::Finding>>& findings,
                            const std::vector<std::size_t>& policies);

/// Whether a finding is about two policies, only in clusters that are overruled.
bool is_overruled(const lint::Finding& finding, const std::vector<bool>& clusters);

}  // namespace cnplint::project
