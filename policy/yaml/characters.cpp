// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/characters.h"

#include <algorithm>
#include <cstdint>
#include "base/text.h"

namespace cnplint::policy {
namespace {

bool is_high(char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }

/// How many bytes a character with this first byte has; 0 for a byte that starts none.
std::size_t width_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

}  // namespace

std::size_t first_invalid_byte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t width = width_of(lead);
    if (lead == 0 || width == 0 || at + width > text.size()) return at;
    std::uint32_t code = width == 1 ? lead : lead & (0x7FU >> width);
    for (std::size_t i = 1; i < width; ++i) {
      if (!base::is_continuation(text[at + i])) return at;
      code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    const bool overlong = (width == 3 && code < 0x800) || (width == 4 && code < 0x10000);
    if (overlong || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) return at;
    at += width;
  }
  return std::string_view::npos;
}

CharacterCursor::CharacterCursor(std::string_view text)
    : text_(text), ascii_(std::ranges::none_of(text, is_high)) {}

std::size_t CharacterCursor::byte_of(std::size_t character) {
  if (ascii_) return std::min(character, text_.size());
  while (character_ < character && byte_ < text_.size()) {
    ++byte_;
    while (byte_ < text_.size() && base::is_continuation(text_[byte_])) ++byte_;
    ++character_;
  }
  while (character_ > character) {
    --byte_;
    while (base::is_continuation(text_[byte_])) --byte_;
    --character_;
  }
  return byte_;
}

}  // namespace cnplint::policy
