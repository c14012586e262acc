// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/blanks.h"
#include "base/text.h"

namespace cnplint::base {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostListed = 8;

}  // namespace

/// Optimal string alignment distance over three rows.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({replace, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before.swap(previous);
    previous.swap(current);
  }
  return previous[b.size()];
}

std::string_view nearest_spelling(std::string_view word,
                                  std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::string wanted = lower(word);
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    const std::size_t difference = candidate.size() > wanted.size()
                                       ? candidate.size() - wanted.size()
                                       : wanted.size() - candidate.size();
    if (difference >= best) continue;
    const std::size_t found = edit_distance(wanted, lower(candidate));
    if (found < best) {
      best = found;
      nearest = candidate;
    }
  }
  return nearest;
}

bool differ_in_digits(std::string_view a, std::string_view b) {
  const auto letters = [](std::string_view word) {
    std::string text;
    for (const char c : word)
      if (c < '0' || c > '9') text += c;
    return text;
  };
  return a != b && letters(a) == letters(b);
}

std::string allowed_values_hint(std::string_view word,
                                std::span<const std::string_view> candidates) {
  if (std::ranges::find(candidates, without_blanks(word)) != candidates.end())
    return blanks_hint(word);
  std::string hint;
  const std::string_view nearest = nearest_spelling(word, candidates);
  if (!nearest.empty()) hint = ", did you mean `" + std::string(nearest) + "`?";
  if (candidates.empty() || candidates.size() > kMostListed) return hint;
  hint += nearest.empty() ? ", allowed: " : " (allowed: ";
  for (std::size_t i = 0; i < candidates.size(); ++i)
    hint += (i == 0 ? "`" : ", `") + std::string(candidates[i]) + "`";
  if (!nearest.empty()) hint += ")";
  return hint;
}

}  // namespace cnplint::base
