// SPDX-License-Identifier: Apache-2.0
//
// The ports of one subject and direction, as Cilium's policy map has them: each filter is split
// into blocks, the ports that one key stands for (A2.2). Between two ports at which no block begins
// or ends nothing changes; such a run of ports is an interval. Intervals in which the same blocks
// lie share a column.
//
// Filters belong to blocks and blocks to columns, but never filters to columns: so the size is the
// sum of the filters, not their product with the ports.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "policy/verdict/rule.h"
#include "policy/verdict/subject_rules.h"

namespace cnplint::policy {

/// How many bits of a key the protocol takes; the port has 16.
inline constexpr std::uint8_t kProtocolBits = 8;

/// A filter of a rule in a block.
struct BlockFilter {
  std::uint32_t applied = 0;  ///< index of SubjectRules::rules
  std::uint32_t key = 0;      ///< the same for filters of a level with the same ports as written
  const PortFilter* filter = nullptr;
};

/// The filters that one key of the policy map stands for, by whether their rule is for any peer.
/// Both lists are in the order of the rules.
struct PortBlock {
  std::uint8_t prefix_length = 0;  ///< how many bits of protocol and port the key fixes: 0 to 24
  std::uint8_t protocol = 0;       ///< of `name`
  std::string name;                ///< a named egress port: it depends on the peer what it covers
  std::vector<BlockFilter> for_any;
  std::vector<BlockFilter> for_peers;
};

/// Which blocks lie at which ports.
class PortColumns {
 public:
  struct Column {
    std::vector<std::uint32_t> blocks;
    std::uint16_t port = 0;  ///< the only port, where a block has a name
  };

  /// `peer_ports` are all named ports of peers: they resolve named egress ports.
  PortColumns(const SubjectRules& rules, const RuleBase& base,
              std::span<const NamedPort> peer_ports);

  /// The first port of every interval of a protocol.
  [[nodiscard]] std::span<const std::uint16_t> starts(std::uint8_t protocol) const;
  /// The index of the column of a port.
  [[nodiscard]] std::uint32_t column(std::uint8_t protocol, std::uint16_t port) const;

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] const PortBlock& block(std::uint32_t index) const { return blocks_[index]; }
  [[nodiscard]] const std::vector<PortBlock>& blocks() const { return blocks_; }

 private:
  friend class PortColumnsBuilder;
  /// The intervals of one protocol; the first is for every protocol that has none.
  struct Intervals {
    std::uint8_t protocol = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  [[nodiscard]] const Intervals& intervals(std::uint8_t protocol) const;

  std::vector<PortBlock> blocks_;
  std::vector<Column> columns_;
  std::vector<Intervals> protocols_;
  std::vector<std::uint16_t> starts_;     ///< first port of each interval
  std::vector<std::uint32_t> column_of_;  ///< of each interval
};

/// The number of a named port; 0 where there is none of that name and protocol.
std::uint16_t port_of_name(std::string_view name, std::uint8_t protocol,
                           std::span<const NamedPort> ports);

}  // namespace cnplint::policy
