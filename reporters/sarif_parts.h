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

using Json = nlohmann::ordered_json;

/// A sentence for people: capital letter, full stop.
std::string sentence(std::string_view text);
Json region_json(base::SourceRange range, bool snippet);
/// Relative to the root of the repository; what lies outside of it by its absolute path.
Json artifact_json(const std::string& path);
/// With the lines around it; of a rendered text the file that it was rendered from.
Json location_json(base::SourceRange range, const RepositoryPlace& place);
/// The whole report of one run.
std::string sarif_log(std::string_view version, const Json& rules, const Json& invocation,
                      const Json& results);

}  // namespace cnplint::reporters
