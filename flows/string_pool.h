// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"

namespace cnplint::flows {

/// Lets maps with texts as keys be asked for views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return base::hash(text); }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// Texts by number, each once. 0 is the empty text.
class StringPool {
 public:
  StringPool() { add(""); }

  std::uint32_t add(std::string_view text) {
    if (const auto found = numbers_.find(text); found != numbers_.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back(&numbers_.emplace(text, number).first->first);
    return number;
  }
  /// The number of a text that was added; 0 where it was not.
  [[nodiscard]] std::uint32_t find(std::string_view text) const {
    const auto found = numbers_.find(text);
    return found == numbers_.end() ? 0 : found->second;
  }
  [[nodiscard]] const std::string& text(std::uint32_t number) const { return *texts_[number]; }
  /// The texts of numbers in order.
  [[nodiscard]] std::vector<std::string> sorted(const std::set<std::uint32_t>& numbers) const {
    std::vector<std::string> result;
    for (const std::uint32_t number : numbers) result.push_back(text(number));
    std::sort(result.begin(), result.end());
    return result;
  }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  TextMap<std::uint32_t> numbers_;
  std::vector<const std::string*> texts_;
};

}  // namespace cnplint::flows
