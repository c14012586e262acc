// SPDX-License-Identifier: Apache-2.0
//
// What reports in SARIF are made of.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/source.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {

/// A sentence for people: capital letter, full stop.
std::string sentence(std::string_view text);
nlohmann::ordered_json region_json(base::SourceRange range, bool snippet);
/// Relative to the root of the repository; what lies outside of it by its absolute path.
nlohmann::ordered_json artifact_json(const std::string& path);
/// With the lines around it; of a rendered text the file that it was rendered from.
nlohmann::ordered_json location_json(base::SourceRange range, const RepositoryPlace& place);
/// The whole report of one run.
std::string sarif_log(std::string_view version, const nlohmann::ordered_json& rules,
                      const nlohmann::ordered_json& invocation,
                      const nlohmann::ordered_json& results);

}  // namespace cnplint::reporters
