// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/model/inventory.h"
#include "project/file.h"
#include "project/kustomize_roots.h"

namespace cnplint::project {

/// What files and kustomizations would make if somebody rendered them: charts, templates, and what
/// kustomizations take from elsewhere.
std::vector<policy::Unrendered> unrendered(const std::vector<const File*>& files,
                                           const std::vector<KustomizeRoot>& roots);

}  // namespace cnplint::project
