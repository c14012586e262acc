// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace cnplint::rules {

/// The words of a text that somebody wrote as one: between commas, semicolons, bars and blanks.
/// None where it is one word.
inline std::vector<std::string> joined_words(std::string_view text) {
  constexpr std::string_view kBetween = ",;| \t";
  std::vector<std::string> words;
  std::size_t at = text.find_first_not_of(kBetween);
  while (at != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBetween, end);
  }
  return words.size() > 1 ? words : std::vector<std::string>();
}

/// What is wrong with a text that holds several values, each of which `known` takes; empty where
/// it does not. `what` names one of them, `each` is what to write for every one.
template <class Known>
std::string joined_problem(std::string_view text, std::string_view what, std::string_view each,
                           const Known& known) {
  const std::vector<std::string> words = joined_words(text);
  if (words.empty()) return {};
  std::vector<std::string> quoted;
  for (const std::string& word : words) {
    if (!known(word)) return {};
    quoted.push_back(base::quoted(word));
  }
  constexpr std::size_t kMostWords = 4;
  return base::quoted(text) + " is " + std::to_string(words.size()) + " " + std::string(what) +
         " in one text: write " + std::string(each) + " " + base::first_few(quoted, kMostWords);
}

}  // namespace cnplint::rules
