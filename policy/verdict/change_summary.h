// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "policy/verdict/verdict_changes.h"

namespace cnplint::policy {

/// Changes of verdicts as lines, in order: `closes ingress of shop/cart from everybody but shop/web
/// on every port`. What differs in its causes only is one line.
std::vector<std::string> summarised(const std::vector<VerdictChange>& changes);

}  // namespace cnplint::policy
