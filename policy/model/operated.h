// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cnplint::policy {

/// Whether an operator makes pods of objects of a kind: then a namespace has pods that no manifest
/// shows.
bool makes_pods(std::string_view group, std::string_view kind);

}  // namespace cnplint::policy
