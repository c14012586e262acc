// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.h"

#include <algorithm>

namespace cnplint::lint {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool is_called(const Rule& rule, std::string_view name) {
  if (rule.name == name) return true;
  const auto aliases = words_of(rule.aliases);
  return std::ranges::find(aliases, name) != aliases.end();
}

}  // namespace cnplint::lint
