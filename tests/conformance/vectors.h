// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace cnplint::tests {

/// The lines of a gzip-compressed file of vectors beside this one.
std::vector<nlohmann::json> vectors(const std::string& name);

}  // namespace cnplint::tests
