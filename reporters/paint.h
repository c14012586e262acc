// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/source.h"

namespace cnplint::reporters {

enum class Color { red, yellow, cyan, green };

/// Escape sequences for a terminal, or nothing where there is no colour.
class Paint {
 public:
  explicit Paint(bool color) : color_(color) {}

  [[nodiscard]] std::string bold(std::string_view text) const { return with("1", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return with("2", text); }
  [[nodiscard]] std::string colored(Color color, std::string_view text) const {
    constexpr std::string_view kCodes[] = {"1;31", "1;33", "1;36", "1;32"};
    return with(kCodes[static_cast<std::size_t>(color)], text);
  }

 private:
  [[nodiscard]] std::string with(std::string_view code, std::string_view text) const;
  bool color_;
};

/// `path:line:column` of the beginning of a range, for a terminal.
std::string place(base::SourceRange range);

}  // namespace cnplint::reporters
