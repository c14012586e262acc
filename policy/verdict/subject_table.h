// SPDX-License-Identifier: Apache-2.0
//
// What one direction of a subject decides, as a table: rows are classes of peers that the same
// selectors select, columns are intervals of ports in which the same blocks lie (port_columns.h).
//
// A cell is worked out when it is first asked for, from the filters of its column whose rules
// select its row. What is stored before that is the sum of peers and ports, never their product.
// Cells are remembered in an array where that is not much larger than the sum, else in a hash
// table. So a query is two lookups, and 16,000 rules with a peer and a port of their own cost what
// they take to write down.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/verdict/identity_table.h"
#include "policy/verdict/policy_map.h"
#include "policy/verdict/port_columns.h"
#include "policy/verdict/rule.h"
#include "policy/verdict/subject_rules.h"
#include "policy/verdict/verdict.h"

namespace cnplint::policy {

/// Distinct decisions, each stored once. Threads may add at once.
class DecisionPool {
 public:
  /// The stored decision; it stays where it is.
  const Decision* add(Decision decision);

 private:
  std::mutex mutex_;
  std::set<Decision> all_;
};

/// The facts about peers that tables are made from. Peers of one class are selected alike by every
/// selector, have the same named ports, and are all the local host or none is.
struct PeerClasses {
  std::vector<std::uint32_t> of_endpoint;
  std::vector<std::uint32_t> example;               ///< an endpoint of each class
  std::vector<std::vector<NamedPort>> named_ports;  ///< of each class, as egress rules know them
  std::vector<std::vector<std::uint32_t>> members;  ///< the endpoints of each class
  std::vector<std::uint32_t> hosts;                 ///< classes that are the local host
  std::vector<IndexSet> selected;                   ///< by selector: the classes it selects
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

/// A peer of a rule that selects a class.
struct SelectingPeer {
  std::uint32_t selector = 0;
  std::uint32_t applied = 0;   ///< index of SubjectRules::rules
  std::uint32_t position = 0;  ///< among the peers of the rule

  friend auto operator<=>(const SelectingPeer&, const SelectingPeer&) = default;
};

/// The table of a subject. Threads may ask at once. What it is made from must outlive it.
class SubjectTable {
 public:
  SubjectTable(const SubjectRules& rules, const RuleBase& base, const PeerClasses& classes,
               const std::vector<Endpoint>& endpoints, DecisionPool& pool);
  ~SubjectTable();
  SubjectTable(SubjectTable&&) noexcept;
  SubjectTable& operator=(SubjectTable&&) = delete;

  /// The first port of every interval of a protocol: between two of them no verdict changes.
  [[nodiscard]] std::span<const std::uint16_t> starts(std::uint8_t protocol) const {
    return ports_.starts(protocol);
  }
  [[nodiscard]] const Decision& decide(std::uint32_t peer_class, std::uint8_t protocol,
                                       std::uint16_t port) const {
    const std::uint32_t row = row_of_[peer_class];
    const std::uint32_t column = ports_.column(protocol, port);
    if (cells_ == nullptr) return remembered(row, column);
    std::atomic<const Decision*>& cell =
        cells_[row * ports_.columns().size() + std::size_t{column}];
    const Decision* known = cell.load(std::memory_order_acquire);
    if (known != nullptr) return *known;
    known = decide_cell(row, column);
    cell.store(known, std::memory_order_release);
    return *known;
  }
  /// The filters of a rule that cover a port between the subject and a class of peers, in the order
  /// of the rule. `applied` is an index of SubjectRules::rules.
  [[nodiscard]] std::vector<const PortFilter*> covering(std::uint32_t applied,
                                                        std::uint32_t peer_class,
                                                        std::uint8_t protocol,
                                                        std::uint16_t port) const;
  /// The peers of the rules that select a class, by rule and position.
  [[nodiscard]] std::vector<SelectingPeer> peers_selecting(std::uint32_t peer_class) const;

 private:
  struct Row {
    std::uint32_t example = 0;             ///< a class of the row
    std::vector<std::uint32_t> selectors;  ///< in use, that select it, ascending
  };
  struct Sparse;
  /// A filter of a rule that covers a cell, by what Cilium merges: filter and selector.
  struct Part;

  void assign_rows();
  [[nodiscard]] const std::vector<NamedPort>& named_ports(std::uint32_t peer_class) const;
  [[nodiscard]] std::vector<NamedPort> ports_of_peers() const;
  [[nodiscard]] const Decision& remembered(std::uint32_t row, std::uint32_t column) const;
  [[nodiscard]] const Decision* decide_cell(std::uint32_t row, std::uint32_t column) const;
  [[nodiscard]] std::vector<Part> parts(const Row& row, std::uint32_t column) const;
  [[nodiscard]] bool is_open(const PortBlock& block, const PortColumns::Column& column,
                             const Row& row) const;
  void add_parts(const Row& row, const PortBlock& block, std::vector<Part>& parts) const;
  void add_peer_parts(const Row& row, const PortBlock& block, std::vector<Part>& parts) const;
  [[nodiscard]] std::span<const SelectingPeer> peers_with(std::uint32_t selector) const;
  [[nodiscard]] std::vector<MapEntry> merged(std::span<const Part> parts,
                                             std::vector<std::uint8_t>& lengths) const;
  [[nodiscard]] Decision unmatched(std::uint32_t peer_class) const;

  const SubjectRules& rules_;
  const RuleBase& base_;
  const PeerClasses& classes_;
  const std::vector<Endpoint>& endpoints_;
  DecisionPool& pool_;
  std::vector<SelectingPeer> peers_;      ///< of all rules, sorted by selector
  std::vector<std::uint32_t> everybody_;  ///< selectors in use without conditions
  std::vector<Row> rows_;
  RowOfClass row_of_;
  PortColumns ports_;
  std::unique_ptr<std::atomic<const Decision*>[]> cells_;
  std::unique_ptr<Sparse> sparse_;
};

/// Whether the rules of a subject contradict each other so that Cilium computes no policy at all:
/// two kinds of L7 rules for one selector and port (A2.3).
bool contradict(const SubjectRules& rules, const RuleBase& base);

}  // namespace cnplint::policy
