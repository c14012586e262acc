// SPDX-License-Identifier: Apache-2.0
//
// Rows with the same columns are one row, and columns of the same rows one column: what is left is
// small. Its maximal blocks are the closed sets of rows (intersections of rows' columns). A minimal
// cover can always be made of maximal blocks; it is searched for by branch and bound from the
// greedy one. Last, blocks give up what others have as well.
#include "synth/exact_cover.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace cnplint::synth {
namespace {

using Set = std::vector<std::uint32_t>;
using Cell = std::pair<std::uint32_t, std::uint32_t>;

Set intersection(const Set& a, const Set& b) {
  Set both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both;
}

bool contains(const Set& all, const Set& some) { return std::ranges::includes(all, some); }

/// The rows by their columns.
std::map<Set, Set> by_columns(const std::vector<Set>& wanted) {
  std::map<Set, Set> rows;
  for (std::uint32_t i = 0; i < wanted.size(); ++i)
    if (!wanted[i].empty()) rows[wanted[i]].push_back(i);
  return rows;
}

std::vector<Set> transposed(const std::vector<Set>& wanted) {
  std::vector<Set> columns;
  for (std::uint32_t row = 0; row < wanted.size(); ++row)
    for (const std::uint32_t column : wanted[row]) {
      if (column >= columns.size()) columns.resize(column + 1);
      columns[column].push_back(row);
    }
  return columns;
}

/// Searches a small matrix of distinct rows.
class CoverSearch {
 public:
  explicit CoverSearch(std::vector<Set> rows) : rows_(std::move(rows)) {
    for (std::uint32_t row = 0; row < rows_.size(); ++row)
      for (const std::uint32_t column : rows_[row]) cells_.emplace_back(row, column);
    find_blocks();
  }

  /// The best cover that has fewer than `limit` blocks; empty where there is none.
  std::vector<Block> run(std::size_t limit) {
    limit_ = limit;
    accept(greedy());
    if (blocks_.size() <= kExactBlocks) {
      std::vector<std::size_t> chosen;
      std::vector<std::uint32_t> covered(cells_.size());
      branch(chosen, covered);
    }
    std::vector<Block> result;
    for (const std::size_t each : best_) result.push_back(blocks_[each]);
    return result;
  }

 private:
  static constexpr std::size_t kMostBlocks = 512;
  static constexpr std::size_t kMostSteps = 20'000;

  void find_blocks() {
    std::set<Set> closed(rows_.begin(), rows_.end());
    std::vector<Set> fresh(closed.begin(), closed.end());
    while (!fresh.empty() && closed.size() < kMostBlocks) {
      std::vector<Set> next;
      for (const Set& columns : fresh)
        for (const Set& row : rows_) {
          Set both = intersection(columns, row);
          if (!both.empty() && closed.size() < kMostBlocks && closed.insert(both).second)
            next.push_back(std::move(both));
        }
      fresh = std::move(next);
    }
    for (const Set& columns : closed) {
      Block block{{}, columns};
      for (std::uint32_t row = 0; row < rows_.size(); ++row)
        if (contains(rows_[row], columns)) block.rows.push_back(row);
      blocks_.push_back(std::move(block));
    }
    // Large ones first: they are tried first.
    std::ranges::stable_sort(blocks_, std::greater<>(), [](const Block& each) {
      return each.rows.size() * each.columns.size();
    });
    for (const Cell& cell : cells_) {
      std::vector<std::size_t>& having = having_.emplace_back();
      for (std::size_t i = 0; i < blocks_.size(); ++i)
        if (has(blocks_[i], cell)) having.push_back(i);
    }
  }

  static bool has(const Block& block, const Cell& cell) {
    return std::ranges::binary_search(block.rows, cell.first) &&
           std::ranges::binary_search(block.columns, cell.second);
  }

  std::vector<std::size_t> greedy() const {
    std::vector<std::size_t> chosen;
    std::vector<bool> covered(cells_.size());
    while (true) {
      std::vector<std::size_t> gains(blocks_.size());
      for (std::size_t cell = 0; cell < cells_.size(); ++cell)
        if (!covered[cell])
          for (const std::size_t each : having_[cell]) ++gains[each];
      const auto best = std::ranges::max_element(gains);
      if (best == gains.end() || *best == 0) return chosen;
      chosen.push_back(static_cast<std::size_t>(best - gains.begin()));
      for (std::size_t cell = 0; cell < cells_.size(); ++cell)
        if (has(blocks_[chosen.back()], cells_[cell])) covered[cell] = true;
    }
  }

  void accept(const std::vector<std::size_t>& chosen) {
    if (chosen.size() >= limit_) return;
    limit_ = chosen.size();
    best_ = chosen;
  }

  /// Takes each block that has the cell which the fewest blocks have. `covered` counts how often.
  void branch(std::vector<std::size_t>& chosen, std::vector<std::uint32_t>& covered) {
    if (++steps_ > kMostSteps) return;
    std::size_t pick = cells_.size();
    for (std::size_t cell = 0; cell < cells_.size(); ++cell)
      if (covered[cell] == 0 &&
          (pick == cells_.size() || having_[cell].size() < having_[pick].size()))
        pick = cell;
    if (pick == cells_.size()) return accept(chosen);
    if (chosen.size() + 1 >= limit_) return;
    for (const std::size_t each : having_[pick]) {
      chosen.push_back(each);
      count(blocks_[each], covered, 1);
      branch(chosen, covered);
      count(blocks_[each], covered, static_cast<std::uint32_t>(-1));
      chosen.pop_back();
    }
  }

  void count(const Block& block, std::vector<std::uint32_t>& covered, std::uint32_t by) const {
    for (std::size_t cell = 0; cell < cells_.size(); ++cell)
      if (has(block, cells_[cell])) covered[cell] += by;
  }

  std::vector<Set> rows_;
  std::vector<Cell> cells_;
  std::vector<Block> blocks_;
  std::vector<std::vector<std::size_t>> having_;  ///< by cell: blocks
  std::vector<std::size_t> best_;
  std::size_t limit_ = 0;
  std::size_t steps_ = 0;
};

/// Drops rows, then columns, of which other blocks have every cell.
void trim(std::vector<Block>& blocks) {
  std::map<Cell, std::size_t> counts;
  for (const Block& block : blocks)
    for (const std::uint32_t row : block.rows)
      for (const std::uint32_t column : block.columns) ++counts[{row, column}];
  for (Block& block : blocks) {
    std::erase_if(block.rows, [&](std::uint32_t row) {
      const auto spare = [&](std::uint32_t column) { return counts[{row, column}] > 1; };
      if (block.rows.size() == 1 || !std::ranges::all_of(block.columns, spare)) return false;
      for (const std::uint32_t column : block.columns) --counts[{row, column}];
      return true;
    });
    std::erase_if(block.columns, [&](std::uint32_t column) {
      const auto spare = [&](std::uint32_t row) { return counts[{row, column}] > 1; };
      if (block.columns.size() == 1 || !std::ranges::all_of(block.rows, spare)) return false;
      for (const std::uint32_t row : block.rows) --counts[{row, column}];
      return true;
    });
  }
  std::erase_if(blocks,
                [](const Block& block) { return block.rows.empty() || block.columns.empty(); });
}

/// Whether no two distinct rows share a column: then nothing can be said with fewer blocks.
bool are_disjoint(const std::map<Set, Set>& rows) {
  std::set<std::uint32_t> seen;
  for (const auto& [columns, members] : rows)
    for (const std::uint32_t column : columns)
      if (!seen.insert(column).second) return false;
  return true;
}

}  // namespace

std::vector<Block> exact_cover(const std::vector<Set>& wanted) {
  const std::map<Set, Set> rows = by_columns(wanted);
  if (rows.size() == 1) return {{rows.begin()->second, rows.begin()->first}};
  const std::map<Set, Set> columns = by_columns(transposed(wanted));
  std::vector<Block> result;
  if (rows.size() <= columns.size())
    for (const auto& [common, each] : rows) result.push_back({each, common});
  else
    for (const auto& [common, each] : columns) result.push_back({common, each});
  constexpr std::size_t kMostRows = 256;
  if (result.size() > 2 && !are_disjoint(rows) && rows.size() <= kMostRows &&
      columns.size() <= kMostRows) {
    // The small matrix: distinct rows over distinct columns.
    std::vector<Set> small;
    std::vector<Set> row_members;
    std::vector<Set> column_members;
    for (const auto& [common, each] : columns) column_members.push_back(each);
    for (const auto& [common, each] : rows) {
      Set& row = small.emplace_back();
      for (std::uint32_t column = 0; column < column_members.size(); ++column)
        if (std::ranges::binary_search(common, column_members[column].front()))
          row.push_back(column);
      row_members.push_back(each);
    }
    std::vector<Block> better = CoverSearch(small).run(result.size());
    if (!better.empty()) {
      trim(better);
      result.clear();
      for (const Block& block : better) {
        Block& whole = result.emplace_back();
        for (const std::uint32_t row : block.rows)
          whole.rows.insert(whole.rows.end(), row_members[row].begin(), row_members[row].end());
        for (const std::uint32_t column : block.columns)
          whole.columns.insert(whole.columns.end(), column_members[column].begin(),
                               column_members[column].end());
        std::ranges::sort(whole.rows);
        std::ranges::sort(whole.columns);
      }
    }
  }
  std::ranges::sort(result, {},
                    [](const Block& each) { return std::tie(each.rows, each.columns); });
  return result;
}

}  // namespace cnplint::synth
