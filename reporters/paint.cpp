// SPDX-License-Identifier: Apache-2.0
#include "reporters/paint.h"

#include "base/escape.h"

namespace cnplint::reporters {

std::string Paint::with(std::string_view code, std::string_view text) const {
  if (!color_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string place(base::SourceRange range) { return base::for_terminal(range.place()); }

}  // namespace cnplint::reporters
