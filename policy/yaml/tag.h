// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "policy/yaml/document.h"

namespace cnplint::policy {

inline constexpr std::string_view kMergeTag = "tag:yaml.org,2002:merge";

/// A scalar as its tag has it.
struct TaggedScalar {
  ScalarType type = ScalarType::string;
  std::optional<std::string> decoded;  ///< of !!binary; else the text is as it is written
};

/// Reads a scalar with a tag as kubectl's reader does: `!!str`, `!!int`, `!!float`, `!!bool`,
/// `!!null` and `!!timestamp` must fit the text, however it is quoted; `!!binary` is base64; with
/// any other tag it is a string. The error is a sentence.
tl::expected<TaggedScalar, std::string> read_tagged(std::string_view text, std::string_view tag);

}  // namespace cnplint::policy
