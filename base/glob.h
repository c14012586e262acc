// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cnplint::base {

/// Whether a path with forward slashes matches a glob in the manner of .gitignore: `*` and `?` stay
/// inside one segment, `**` spans segments, `[a-z]` is a class; a pattern without a slash matches
/// any segment, one that names a folder matches everything below it. Linear in pattern times path.
bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace cnplint::base
