// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/source.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

/// A value of JSON that was read.
struct JsonValue {
  Document document;
  std::uint32_t end = 0;  ///< the offset behind it
};

/// Reads one value of JSON that begins at an offset of a file, blanks before it aside. None where
/// there is no JSON, or more of it than a manifest may have: then it is left to the reader of YAML,
/// which says what is wrong. Half a surrogate pair becomes U+FFFD, as in Go's reader.
std::optional<JsonValue> read_json(base::SourceFile& file, std::uint32_t begin);

/// Whether the first character is `{`, blanks aside: for kubectl such a file is a stream of JSON.
bool begins_with_object(std::string_view text);

}  // namespace cnplint::policy
