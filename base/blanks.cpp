// SPDX-License-Identifier: Apache-2.0
#include "base/blanks.h"

namespace cnplint::base {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string name_of_blank(char blank) {
  if (blank == ' ') return "a space";
  return blank == '\t' ? "a tab" : "a line break";
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string blanks_hint(std::string_view text) {
  const std::size_t first = text.find_first_of(kBlanks);
  if (first == std::string_view::npos) return {};
  const std::string_view inner = without_blanks(text);
  if (inner.empty()) return ": it is blank";
  const bool at_start = first == 0;
  const bool at_end = kBlanks.find(text.back()) != std::string_view::npos;
  if (!at_start && !at_end) return ": it has " + name_of_blank(text[first]) + " within";
  const std::string where = !at_end     ? " at its start"
                            : !at_start ? " at its end"
                                        : " at its start and at its end";
  return ": it has " + name_of_blank(at_start ? text.front() : text.back()) + where;
}

}  // namespace cnplint::base
