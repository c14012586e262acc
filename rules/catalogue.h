// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "lint/rule.h"

namespace cnplint::rules {

/// Every rule in the order of its name. Generated from the files rules/<family>/<rule_name>.cpp.
std::span<const lint::Rule* const> catalogue();

}  // namespace cnplint::rules
