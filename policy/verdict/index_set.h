// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cnplint::policy {

/// A set of integers below some number. Few members are kept as a list, many as bits, so that a set
/// for each of many selectors takes memory for those that it selects, not for all there are.
class IndexSet {
 public:
  IndexSet() = default;
  /// Of members in ascending order, each once; all are below `universe`.
  IndexSet(std::vector<std::uint32_t> members, std::size_t universe) : count_(members.size()) {
    if (members.size() * kListedBits < universe) {
      listed_ = std::move(members);
      return;
    }
    words_.resize((universe + kWordBits - 1) / kWordBits);
    for (const std::uint32_t each : members)
      words_[each / kWordBits] |= std::uint64_t{1} << (each % kWordBits);
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool has(std::uint32_t index) const {
    if (words_.empty()) return std::ranges::binary_search(listed_, index);
    return ((words_[index / kWordBits] >> (index % kWordBits)) & 1) != 0;
  }
  /// Calls body(index) for every member in order.
  template <class Body>
  void each(const Body& body) const {
    for (const std::uint32_t index : listed_) body(index);
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (std::uint64_t rest = words_[i]; rest != 0; rest &= rest - 1)
        body(static_cast<std::uint32_t>(i * kWordBits +
                                        static_cast<std::size_t>(__builtin_ctzll(rest))));
  }

 private:
  static constexpr std::size_t kWordBits = 64;
  static constexpr std::size_t kListedBits = 32;  ///< that a listed member takes
  std::vector<std::uint32_t> listed_;
  std::vector<std::uint64_t> words_;
  std::size_t count_ = 0;
};

}  // namespace cnplint::policy
