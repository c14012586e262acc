// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/model/inventory.h"
#include "project/inputs.h"

namespace cnplint::project {

/// What files and kustomizations would make if somebody rendered them, and nobody did: charts,
/// templates, and what kustomizations take from elsewhere.
std::vector<policy::Unrendered> unrendered(const Inputs& inputs);

}  // namespace cnplint::project
