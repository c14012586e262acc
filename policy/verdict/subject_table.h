// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "policy/verdict/identity_table.h"
#include "policy/verdict/policy_map.h"
#include "policy/verdict/rule.h"
#include "policy/verdict/verdict.h"

namespace cnplint::policy {

/// Distinct decisions, each stored once.
class DecisionPool {
 public:
  std::uint32_t add(Decision decision);
  [[nodiscard]] const Decision& operator[](std::uint32_t index) const { return *all_[index]; }

 private:
  std::map<Decision, std::uint32_t> known_;
  std::vector<const Decision*> all_;
};

/// A rule that selects a subject, with its peers; they differ from the rule's own where some policy
/// of the subject has fromRequires or toRequires.
struct AppliedRule {
  std::uint32_t rule = 0;
  std::vector<std::uint32_t> peers;
  /// The selector of each peer with the peer's position, sorted.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> by_selector;
};

/// What decides one direction of every subject that the same rules select.
struct SubjectRules {
  Direction direction = Direction::ingress;
  std::vector<AppliedRule> rules;
  std::vector<NamedPort> named_ports;  ///< of the subject: they resolve named ingress ports
  bool default_deny = false;           ///< what nothing matches is denied
  bool localhost = false;              ///< the local host may connect
};

/// The facts about peers that tables are made from. Peers of one class are selected alike by every
/// selector, have the same named ports, and are all the local host or none is.
struct PeerClasses {
  std::vector<std::uint32_t> of_endpoint;
  std::vector<std::uint32_t> example;                 ///< an endpoint of each class
  std::vector<std::vector<std::uint32_t>> members;    ///< the endpoints of each class
  std::vector<std::uint32_t> hosts;                   ///< classes that are the local host
  std::vector<BitSet> selected;                       ///< by selector: the classes it selects
  std::vector<std::vector<std::uint32_t>> selecting;  ///< by class: its selectors, sorted
};

/// The row of each class of peers. Most classes share one, so only the others are listed: a table
/// for each of many subjects takes no memory for each of many peers.
class RowOfClass {
 public:
  /// Classes come in ascending order; those that are left out have row 0.
  void set(std::uint32_t peer_class, std::uint32_t row) { listed_.push_back({peer_class, row}); }
  /// Lists as few as can be of all the classes there are.
  void finish(std::size_t classes);

  [[nodiscard]] std::uint32_t operator[](std::uint32_t peer_class) const {
    const auto at = std::ranges::lower_bound(listed_, peer_class, {}, &Listed::peer_class);
    return at != listed_.end() && at->peer_class == peer_class ? at->row : usual_;
  }

 private:
  struct Listed {
    std::uint32_t peer_class = 0;
    std::uint32_t row = 0;
  };
  std::vector<Listed> listed_;
  std::uint32_t usual_ = 0;
};

/// The table of a subject: rows are classes of peers, columns intervals of ports.
class SubjectTable {
 public:
  SubjectTable(const SubjectRules& rules, const RuleBase& base, const PeerClasses& classes,
               const std::vector<Endpoint>& endpoints, DecisionPool& pool);

  /// Whether the rules contradict each other so that Cilium computes no policy at all (A2.3).
  [[nodiscard]] bool contradiction() const { return contradiction_; }
  /// The first port of every interval of a protocol: between two of them no verdict changes.
  [[nodiscard]] std::span<const std::uint16_t> starts(std::uint8_t protocol) const;
  /// The index of the decision in the pool.
  [[nodiscard]] std::uint32_t decide(std::uint32_t peer_class, std::uint8_t protocol,
                                     std::uint16_t port) const {
    return cells_[column(protocol, port) + rows_[peer_class]];
  }

 private:
  friend class SubjectTableBuilder;
  /// The intervals of one protocol; the first is for every protocol that has none.
  struct Intervals {
    std::uint8_t protocol = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  [[nodiscard]] const Intervals& intervals(std::uint8_t protocol) const;
  [[nodiscard]] std::uint32_t column(std::uint8_t protocol, std::uint16_t port) const;

  bool contradiction_ = false;
  RowOfClass rows_;
  std::vector<Intervals> protocols_;
  std::vector<std::uint16_t> starts_;   ///< first port of each interval
  std::vector<std::uint32_t> columns_;  ///< of each interval: where its column begins in the cells
  std::vector<std::uint32_t> cells_;
};

}  // namespace cnplint::policy
