// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "lint/finding.h"

namespace cnplint::project {

/// One cause, one finding: makes what follows from another finding of a file a note of that one. A
/// field that the API server drops is the cause of what its rule opens and lacks then; of several
/// findings of exposure about one rule of a policy the worst stands for all. Those that are
/// suppressed are no causes, and stay as they are.
void fold_consequences(std::vector<lint::Finding>& findings);

}  // namespace cnplint::project
