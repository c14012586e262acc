// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::base {

/// A text as UTF-8: UTF-16 that begins with a byte order mark is converted, with U+FFFD for what is
/// no character; anything else stays as it is.
std::string as_utf8(std::string bytes);

/// A text with U+FFFD for every byte that belongs to no character.
std::string with_replacements(std::string_view text);

/// Appends a character to UTF-8.
void append_utf8(char32_t character, std::string& text);

}  // namespace cnplint::base
