// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "policy/model/environment.h"

namespace cnplint::schemas {

using Json = nlohmann::ordered_json;

/// A place in the bundled schema files: a file and the JSON value that a reference leads to.
struct Located {
  std::string file;
  const Json* value = nullptr;
};

/// The parsed text of a bundled file; parsed once.
const Json& schema_file(std::string_view name);

/// Follows `$ref`, which is `#/...`, `file.json` or `file.json#/...`.
Located follow(const std::string& file, const std::string& reference);

/// Whether a field or a change with since and until marks belongs to a release.
bool in_release(const Json& marked, std::string_view since, std::string_view until,
                policy::Release release);

/// The keywords of one schema object for a release: changes applied, references left alone.
Json keywords_for(const Json& schema, policy::Release release);

}  // namespace cnplint::schemas
