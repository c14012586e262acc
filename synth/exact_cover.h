// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cnplint::synth {

/// Peers and ports that a rule can name together: every one of the rows with every one of the
/// columns is wanted.
struct Block {
  std::vector<std::uint32_t> rows;  ///< sorted
  std::vector<std::uint32_t> columns;

  friend bool operator==(const Block&, const Block&) = default;
};

/// Few blocks that together are exactly what is wanted: `wanted[row]` are its columns, sorted. One
/// block for each distinct row is the answer where no other needs fewer, so that a little more
/// traffic changes little. Exact up to kExactBlocks maximal blocks, as far as 20,000 steps of
/// search go, greedy beyond (minimum biclique cover is NP-hard).
std::vector<Block> exact_cover(const std::vector<std::vector<std::uint32_t>>& wanted);
inline constexpr std::size_t kExactBlocks = 64;

}  // namespace cnplint::synth
