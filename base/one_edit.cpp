// SPDX-License-Identifier: Apache-2.0
#include "base/one_edit.h"

#include <algorithm>

#include "base/hash.h"
#include "base/nearest.h"
#include "base/text.h"

namespace cnplint::base {
namespace {

constexpr std::size_t kLongestEdited = 128;
constexpr std::size_t kMostAlike = 16;

/// Calls body(hash) for a word and for what is left of it without each of its letters.
template <class Body>
void each_hash(std::string_view word, const Body& body) {
  body(hash(word));
  std::string less;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (i > 0 && word[i] == word[i - 1]) continue;  // the same is left
    less.assign(word.substr(0, i)).append(word.substr(i + 1));
    body(hash(less));
  }
}

/// The part of a word between separators that a position is in.
std::string_view part_at(std::string_view word, std::size_t at) {
  constexpr std::string_view kSeparators = "-_./";
  at = std::min(at, word.size() - 1);
  const std::size_t before = word.find_last_of(kSeparators, at);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end =
      std::min(word.find_first_of(kSeparators, std::max(at, begin)), word.size());
  return word.substr(begin, end - begin);
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// How many letters are alike at the beginning, and at the end of what is left.
struct Common {
  std::size_t front = 0;
  std::size_t back = 0;
};
Common common(std::string_view a, std::string_view b) {
  Common result;
  const std::size_t most = std::min(a.size(), b.size());
  while (result.front < most && a[result.front] == b[result.front]) ++result.front;
  while (result.back < most - result.front &&
         a[a.size() - 1 - result.back] == b[b.size() - 1 - result.back])
    ++result.back;
  return result;
}

/// Whether the edit is an `s` at the end of a part.
bool is_plural(std::string_view longer, std::string_view edit, std::size_t at) {
  const bool at_end = at + 1 >= longer.size() || !is_alnum(longer[at + 1]);
  return edit == "s" && at_end;
}

}  // namespace

void OneEditIndex::add(std::string_view word) {
  if (word.size() > kLongestEdited) return;
  const auto index = static_cast<std::uint32_t>(words_.size());
  words_.push_back(word);
  each_hash(word, [&](std::uint64_t key) {
    std::vector<std::uint32_t>& alike = by_hash_[key];
    if (alike.size() < kMostAlike) alike.push_back(index);
  });
}

std::vector<std::string_view> OneEditIndex::near(std::string_view word) const {
  std::vector<std::uint32_t> found;
  if (word.size() > kLongestEdited) return {};
  each_hash(word, [&](std::uint64_t key) {
    if (const auto alike = by_hash_.find(key); alike != by_hash_.end())
      found.insert(found.end(), alike->second.begin(), alike->second.end());
  });
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<std::string_view> result;
  for (const std::uint32_t each : found)
    if (edit_distance(word, words_[each]) == 1) result.push_back(words_[each]);
  return result;
}

bool is_slip(std::string_view a, std::string_view b) {
  constexpr std::size_t kShortestPart = 4;
  if (a.size() < b.size()) std::swap(a, b);
  if (b.empty() || a == b) return false;
  const auto [front, back] = common(a, b);
  const std::string_view of_a = a.substr(front, a.size() - front - back);
  const std::string_view of_b = b.substr(front, b.size() - front - back);
  if (has_digit(of_a) || has_digit(of_b)) return false;
  // A separator too much or too little is a slip whatever is around it.
  const auto is_separator = [](std::string_view text) {
    return text.size() == 1 && !is_alnum(text.front());
  };
  if (of_b.empty() && is_separator(of_a)) return true;
  const std::string_view part = part_at(a, front);
  if (part.size() < kShortestPart || part_at(b, front).size() + 1 < kShortestPart) return false;
  return !is_plural(a, of_b.empty() ? of_a : std::string_view(), front);
}

bool differ_by_plural(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  const auto [front, back] = common(a, b);
  return front + back == b.size() && is_plural(a, a.substr(front, a.size() - b.size()), front);
}

}  // namespace cnplint::base
