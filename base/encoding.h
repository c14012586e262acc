// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::base {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The halves of a character beyond 16 bits, in UTF-16.
constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }
/// The character of two halves.
constexpr char32_t joined_surrogates(char32_t high, char32_t low) {
  return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
}

/// A text as UTF-8: UTF-16 that begins with a byte order mark is converted, with U+FFFD for what is
/// no character; anything else stays as it is.
std::string as_utf8(std::string bytes);

/// A text with U+FFFD for every byte that belongs to no character.
std::string with_replacements(std::string_view text);

/// Appends a character to UTF-8.
void append_utf8(char32_t character, std::string& text);

}  // namespace cnplint::base
