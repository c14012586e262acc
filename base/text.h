// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cnplint::base {

/// Whether a byte of UTF-8 goes on with a character that began before it.
constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// A character (code point) and how many bytes it takes.
struct Character {
  char32_t value = 0;
  std::size_t width = 0;  ///< 0: the bytes are not UTF-8
};
/// The character at the beginning of a text that is not empty.
Character first_character(std::string_view text);

/// How many characters (code points) a UTF-8 text has.
std::size_t code_points(std::string_view text);

/// At most `longest` bytes of a text, `...` behind them where it is longer; never half a character.
std::string shortened(std::string_view text, std::size_t longest);

/// Whether a byte is an ASCII letter or digit.
constexpr bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// ASCII letters in lower case.
std::string lower(std::string_view text);
/// Whether two texts differ in the case of ASCII letters at most.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// `1 flow`, `2 flows`, `2 policies`.
std::string counted(std::uint64_t count, std::string_view what);

/// Texts with something between them.
template <class Texts>
std::string joined(const Texts& texts, std::string_view between) {
  std::string all;
  for (const auto& text : texts) {
    if (!all.empty()) all += between;
    all += text;
  }
  return all;
}

/// The first few names, and how many more there are: `a, b, 3 more`.
std::string first_few(std::vector<std::string> names, std::size_t most);

/// A text with blanks behind it, so that it is at least so many characters wide.
std::string padded(std::string_view text, std::size_t width);

/// Rows of cells as lines: columns as wide as they need to be, two blanks between them.
std::string aligned(const std::vector<std::vector<std::string>>& rows);
/// A value in backticks for a message, shortened where it is long.
std::string quoted(std::string_view value);

}  // namespace cnplint::base
