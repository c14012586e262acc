// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cnplint::base {

/// Words that are found again by one that is one edit away: a letter more, less or another one, or
/// two neighbours swapped. They must outlive it. Work and memory grow with the words, whatever they
/// are: of words that are all alike only some are found.
class OneEditIndex {
 public:
  void add(std::string_view word);
  /// The words that are one edit away, in the order in which they were added.
  [[nodiscard]] std::vector<std::string_view> near(std::string_view word) const;

 private:
  std::vector<std::string_view> words_;
  /// By the hash of the word, and of the word without each of its letters.
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_hash_;
};

/// Whether one word of two that are one edit apart is likely a slip for the other. It is not where
/// people make such pairs on purpose: numbers (`v1`, `v2`), plurals, and short parts (`-a`, `-b`,
/// `eu`, `us`).
bool is_slip(std::string_view a, std::string_view b);
/// Whether all that one word of two has more is an `s` at the end of a part.
bool differ_by_plural(std::string_view a, std::string_view b);

}  // namespace cnplint::base
