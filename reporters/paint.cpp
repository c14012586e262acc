// SPDX-License-Identifier: Apache-2.0
#include "reporters/paint.h"

#include "reporters/escape.h"

namespace cnplint::reporters {

std::string Paint::with(std::string_view code, std::string_view text) const {
  if (!color_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string place(base::SourceRange range) {
  const base::LineColumn first = range.first();
  return for_terminal(range.file->path()) + ":" + std::to_string(first.line) + ":" +
         std::to_string(first.column);
}

}  // namespace cnplint::reporters
