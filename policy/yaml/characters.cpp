// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/characters.h"

#include <algorithm>
#include <cstdint>
#include "base/text.h"

namespace cnplint::policy {
namespace {

bool is_high(char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }

}  // namespace

std::size_t first_invalid_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t width = base::first_character(text.substr(at)).width;
    if (text[at] == '\0' || width == 0) return at;
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
