// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cnplint::flows {

/// Counts distinct things by their hashes: the same one twice counts once, in any order and however
/// the counts are merged. Keeps the smallest hashes only (a "k minimum values" sketch), so it is
/// exact up to kKept and about 9 % off beyond.
class Distinct {
 public:
  static constexpr std::size_t kKept = 128;

  void add(std::uint64_t hash);
  void merge(const Distinct& other);
  /// How many; a number of two digits and noughts where it is an estimate.
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] bool empty() const { return smallest_.empty(); }

 private:
  std::vector<std::uint64_t> smallest_;  ///< sorted
};

}  // namespace cnplint::flows
