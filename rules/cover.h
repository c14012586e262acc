// SPDX-License-Identifier: Apache-2.0
//
// Parts of rules, for those that say of one that it is void.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "policy/verdict/rule.h"
#include "rules/each.h"

namespace cnplint::rules {

/// Positions among the peers or the ports of a rule.
using Positions = std::vector<std::uint32_t>;

/// All positions of so many.
inline Positions positions(std::size_t count) {
  Positions all(count);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

/// A peer or port as written, and the positions that it stands for: the entity `cluster` is several
/// selectors, a port without a protocol several filters.
struct RulePart {
  NodeRef where;
  Positions positions;
};

/// Puts what is written at one place together; one place stands behind the other.
template <class Items, class Place>
std::vector<RulePart> parts_of(const Items& items, const Place& place) {
  std::vector<RulePart> parts;
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    if (parts.empty() || !(parts.back().where == place(items[i])))
      parts.push_back({place(items[i]), {}});
    parts.back().positions.push_back(i);
  }
  return parts;
}
inline std::vector<RulePart> peer_parts(const policy::PolicyRule& rule) {
  return parts_of(rule.peer_places, [](NodeRef each) { return each; });
}
/// None where the rule names no ports.
inline std::vector<RulePart> port_parts(const policy::PolicyRule& rule) {
  if (rule.ports.empty() || !rule.ports.front().where) return {};
  return parts_of(rule.ports, [](const policy::PortFilter& each) { return each.where; });
}

/// How much one rule may cost: lists of thousands against lists of thousands are given up.
class Budget {
 public:
  /// False where it is spent.
  bool spend(std::size_t amount) {
    constexpr std::size_t kMost = 20000;
    spent_ += amount;
    return spent_ <= kMost;
  }

 private:
  std::size_t spent_ = 0;
};

}  // namespace cnplint::rules
