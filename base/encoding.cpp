// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"

#include <cstddef>

#include "base/text.h"

namespace cnplint::base {
namespace {

constexpr char32_t kReplacementCharacter = 0xFFFD;

std::string from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(big_endian ? (first << 8U) | second : (second << 8U) | first);
  };
  std::string text;
  text.reserve(bytes.size());
  std::size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    char32_t character = unit(at);
    if (is_high_surrogate(character) && at + 3 < bytes.size() && is_low_surrogate(unit(at + 2))) {
      character = joined_surrogates(character, unit(at + 2));
      at += 2;
    } else if (is_high_surrogate(character) || is_low_surrogate(character)) {
      character = kReplacementCharacter;
    }
    append_utf8(character, text);
  }
  if (at < bytes.size()) append_utf8(kReplacementCharacter, text);
  return text;
}

}  // namespace

std::string as_utf8(std::string bytes) {
  constexpr std::string_view kLittleEndian("\xFF\xFE", 2);
  constexpr std::string_view kBigEndian("\xFE\xFF", 2);
  const std::string_view text = bytes;
  if (text.starts_with(kLittleEndian)) return from_utf16(text.substr(2), false);
  if (text.starts_with(kBigEndian)) return from_utf16(text.substr(2), true);
  return bytes;
}

std::string with_replacements(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t width = first_character(text).width;
    if (width == 0)
      append_utf8(kReplacementCharacter, result);
    else
      result += text.substr(0, width);
    text.remove_prefix(width == 0 ? 1 : width);
  }
  return result;
}

void append_utf8(char32_t character, std::string& text) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  const auto rest = [&](unsigned shift) { put(0x80 | ((character >> shift) & 0x3F)); };
  if (character < 0x80) return put(character);
  if (character < 0x800) {
    put(0xC0 | (character >> 6U));
  } else if (character < 0x10000) {
    put(0xE0 | (character >> 12U));
    rest(6);
  } else {
    put(0xF0 | (character >> 18U));
    rest(12);
    rest(6);
  }
  rest(0);
}

}  // namespace cnplint::base
