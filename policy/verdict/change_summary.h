// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "policy/verdict/verdict_changes.h"

namespace cnplint::policy {

/// Changes of verdicts in as few lines as say them, in order: `closes ingress of shop/cart from
/// shop/web and 3 others on every port`.
std::vector<std::string> summarised(const std::vector<VerdictChange>& changes);

}  // namespace cnplint::policy
