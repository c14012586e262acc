// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>

namespace cnplint::base {

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !is_continuation(byte); }));
}

std::string shortened(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return std::string(text);
  while (longest > 0 && is_continuation(text[longest])) --longest;
  return std::string(text.substr(0, longest)) + "...";
}

std::string quoted(std::string_view value) {
  constexpr std::size_t kLongest = 80;
  return "`" + shortened(value, kLongest) + "`";
}

}  // namespace cnplint::base
