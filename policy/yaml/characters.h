// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace cnplint::policy {

/// The offset of the first byte that is not UTF-8, or of the first NUL; npos where there is none.
std::size_t first_invalid_byte(std::string_view text);

/// Turns character counts into byte offsets. Asked in nearly rising order, as events come, it is
/// linear in all; plain ASCII costs nothing.
class CharacterCursor {
 public:
  explicit CharacterCursor(std::string_view text);

  /// The offset of a character; the end where there are fewer.
  std::size_t byte_of(std::size_t character);

 private:
  std::string_view text_;
  bool ascii_;
  std::size_t byte_ = 0;
  std::size_t character_ = 0;
};

}  // namespace cnplint::policy
