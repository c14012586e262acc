// SPDX-License-Identifier: Apache-2.0
//
// The minimal cover: exactly what is wanted, and with as few blocks as another search finds.
#include "synth/exact_cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace cnplint {
namespace {

using Wanted = std::vector<std::vector<std::uint32_t>>;
using Cells = std::set<std::pair<std::uint32_t, std::uint32_t>>;

Cells cells_of(const Wanted& wanted) {
  Cells cells;
  for (std::uint32_t row = 0; row < wanted.size(); ++row)
    for (const std::uint32_t column : wanted[row]) cells.emplace(row, column);
  return cells;
}

Cells cells_of(const std::vector<synth::Block>& blocks) {
  Cells cells;
  for (const synth::Block& block : blocks)
    for (const std::uint32_t row : block.rows)
      for (const std::uint32_t column : block.columns) cells.emplace(row, column);
  return cells;
}

/// Whether `depth` blocks suffice: every set of rows is tried with all columns that they share.
bool suffices(const Wanted& wanted, const Cells& left, int depth) {
  if (left.empty()) return true;
  if (depth == 0) return false;
  const auto [row, column] = *left.begin();
  for (std::uint32_t rows = 1; rows < (1U << wanted.size()); ++rows) {
    if ((rows >> row & 1U) == 0) continue;
    std::set<std::uint32_t> columns(wanted[row].begin(), wanted[row].end());
    for (std::uint32_t other = 0; other < wanted.size(); ++other)
      if ((rows >> other & 1U) != 0)
        std::erase_if(columns, [&](std::uint32_t each) {
          return std::ranges::find(wanted[other], each) == wanted[other].end();
        });
    if (!columns.contains(column)) continue;
    Cells rest = left;
    std::erase_if(rest, [&](const auto& cell) {
      return (rows >> cell.first & 1U) != 0 && columns.contains(cell.second);
    });
    if (suffices(wanted, rest, depth - 1)) return true;
  }
  return false;
}

int fewest(const Wanted& wanted) {
  int depth = 0;
  while (!suffices(wanted, cells_of(wanted), depth)) ++depth;
  return depth;
}

Wanted random_matrix(std::mt19937& random, std::uint32_t rows, std::uint32_t columns,
                     unsigned percent) {
  Wanted wanted(rows);
  for (auto& row : wanted)
    for (std::uint32_t column = 0; column < columns; ++column)
      if (random() % 100 < percent) row.push_back(column);
  return wanted;
}

TEST(SynthCover, IsMinimalOnSmallCases) {
  std::mt19937 random(7);
  for (int turn = 0; turn < 300; ++turn) {
    const Wanted wanted =
        random_matrix(random, 1 + random() % 6, 1 + random() % 6, 20 + random() % 70);
    const auto blocks = synth::exact_cover(wanted);
    ASSERT_EQ(cells_of(blocks), cells_of(wanted));
    ASSERT_EQ(static_cast<int>(blocks.size()), fewest(wanted)) << "turn " << turn;
  }
}

TEST(SynthCover, IsExactOnLargeCases) {
  std::mt19937 random(11);
  for (const unsigned percent : {2U, 30U, 90U}) {
    const Wanted wanted = random_matrix(random, 400, 60, percent);
    EXPECT_EQ(cells_of(synth::exact_cover(wanted)), cells_of(wanted));
  }
  const Wanted dense = random_matrix(random, 40, 40, 60);
  EXPECT_EQ(cells_of(synth::exact_cover(dense)), cells_of(dense));
  EXPECT_TRUE(synth::exact_cover({}).empty());
  EXPECT_TRUE(synth::exact_cover({{}, {}}).empty());
}

TEST(SynthCover, OneRuleForPeersWithEqualPorts) {
  EXPECT_EQ(synth::exact_cover({{0, 1}, {2}, {0, 1}}),
            (std::vector<synth::Block>{{{0, 2}, {0, 1}}, {{1}, {2}}}));
  // Ports with the same peers, where those are fewer.
  EXPECT_EQ(synth::exact_cover({{0}, {0, 1}, {0, 1}, {1}}).size(), 2U);
}

}  // namespace
}  // namespace cnplint
