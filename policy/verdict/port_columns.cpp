// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/port_columns.h"

#include <algorithm>
#include <array>
#include <bit>

namespace cnplint::policy {
namespace {

constexpr std::uint8_t kFullPrefix = 24;
constexpr std::uint32_t kPorts = 65536;

/// A run of ports that one key stands for: all, one, or an aligned power of two of them.
struct Run {
  std::uint32_t begin = 0;
  std::uint32_t end = kPorts;
  std::uint8_t prefix_length = 0;
};

/// How Cilium splits a filter into keys (A2.2).
std::vector<Run> runs_of(std::uint8_t protocol, std::uint16_t first, std::uint16_t end) {
  if (first == 0)
    return {{0, kPorts, protocol == ip_protocol::kAny ? std::uint8_t{0} : kProtocolBits}};
  std::vector<Run> runs;
  const std::uint32_t last = std::max(first, end);
  for (std::uint32_t at = first; at <= last;) {
    std::uint32_t size = at & (~at + 1);  // the alignment of `at`
    while (at + size - 1 > last) size /= 2;
    const int bits = std::countr_zero(size);
    runs.push_back({at, at + size, static_cast<std::uint8_t>(kFullPrefix - bits)});
    at += size;
  }
  return runs;
}

/// The first port of the run of a prefix length that a port lies in.
std::uint32_t run_begin(std::uint8_t prefix_length, std::uint32_t port) {
  if (prefix_length <= kProtocolBits) return 0;
  return port & ~((std::uint32_t{1} << (kFullPrefix - prefix_length)) - 1);
}

}  // namespace

/// Makes blocks of filters, then columns of blocks.
class PortColumnsBuilder {
 public:
  PortColumnsBuilder(const SubjectRules& rules, const RuleBase& base,
                     std::span<const NamedPort> peer_ports, PortColumns& result)
      : rules_(rules), base_(base), peer_ports_(peer_ports), result_(result) {}

  void run() {
    for (std::uint32_t i = 0; i < rules_.rules.size(); ++i)
      for (const PortFilter& filter : base_.rules[rules_.rules[i].rule].ports) add(i, filter);
    for (const std::uint8_t protocol : protocols_) add_protocol(protocol);
  }

 private:
  /// The filters that Cilium keeps apart. A named port is one filter whatever its number.
  using FilterKey = std::tuple<std::uint8_t, std::uint16_t, std::uint16_t, std::string, Level>;
  using BlockKey = std::tuple<std::uint8_t, std::uint8_t, std::uint32_t>;
  using NameKey = std::pair<std::uint8_t, std::string>;

  void add(std::uint32_t applied, const PortFilter& filter) {
    protocols_.insert(filter.protocol);
    const Level level = base_.rules[rules_.rules[applied].rule].level;
    const auto key =
        keys_
            .try_emplace({filter.protocol, filter.first, filter.end, filter.name, level},
                         keys_.size())
            .first->second;
    const BlockFilter entry{applied, static_cast<std::uint32_t>(key), &filter};
    if (!filter.name.empty() && rules_.direction == Direction::egress)
      return put(named_block(filter), entry);
    std::uint16_t first = filter.first;
    if (!filter.name.empty()) {
      first = port_of_name(filter.name, filter.protocol, rules_.named_ports);
      if (first == 0) return;
    }
    for (const Run& run : runs_of(filter.protocol, first, filter.end))
      put(block_of(filter.protocol, run), entry);
  }

  void put(std::uint32_t block, const BlockFilter& entry) {
    const AppliedRule& applied = rules_.rules[entry.applied];
    PortBlock& to = result_.blocks_[block];
    if (applied.for_any) to.for_any.push_back(entry);
    if (applied.for_peers) to.for_peers.push_back(entry);
  }

  std::uint32_t new_block(std::uint8_t prefix_length) {
    result_.blocks_.emplace_back().prefix_length = prefix_length;
    return static_cast<std::uint32_t>(result_.blocks_.size() - 1);
  }

  std::uint32_t block_of(std::uint8_t protocol, const Run& run) {
    const auto [found, added] = block_of_.try_emplace({protocol, run.prefix_length, run.begin}, 0);
    if (!added) return found->second;
    lengths_[protocol].insert(run.prefix_length);
    std::set<std::uint32_t>& cuts = cuts_[protocol];
    cuts.insert(run.begin);
    if (run.end < kPorts) cuts.insert(run.end);
    return found->second = new_block(run.prefix_length);
  }

  std::uint32_t named_block(const PortFilter& filter) {
    const auto [found, added] = block_of_name_.try_emplace({filter.protocol, filter.name}, 0);
    if (!added) return found->second;
    found->second = new_block(kFullPrefix);
    result_.blocks_[found->second].protocol = filter.protocol;
    result_.blocks_[found->second].name = filter.name;
    return found->second;
  }

  /// The blocks of names that some peer gives a port of a protocol, by the port.
  [[nodiscard]] std::map<std::uint32_t, std::set<std::uint32_t>> named_ports(
      std::uint8_t protocol) const {
    std::map<std::uint32_t, std::set<std::uint32_t>> result;
    if (block_of_name_.empty()) return result;
    for (const NamedPort& port : peer_ports_)
      if (const auto found = block_of_name_.find({protocol, port.name});
          found != block_of_name_.end() && port.protocol == protocol)
        result[port.port].insert(found->second);
    return result;
  }

  void add_protocol(std::uint8_t protocol) {
    const auto named = named_ports(protocol);
    std::set<std::uint32_t> cuts = cuts_[protocol];
    cuts.insert(0);
    for (const auto& [port, blocks] : named) {
      cuts.insert(port);
      if (port + 1 < kPorts) cuts.insert(port + 1);
    }
    const auto begin = static_cast<std::uint32_t>(result_.starts_.size());
    for (const std::uint32_t port : cuts) {
      PortColumns::Column column;
      add_blocks(ip_protocol::kAny, port, column.blocks);
      if (protocol != ip_protocol::kAny) add_blocks(protocol, port, column.blocks);
      if (const auto found = named.find(port); found != named.end()) {
        column.blocks.insert(column.blocks.end(), found->second.begin(), found->second.end());
        column.port = static_cast<std::uint16_t>(port);
      }
      add_interval(static_cast<std::uint16_t>(port), begin, std::move(column));
    }
    result_.protocols_.push_back(
        {protocol, begin, static_cast<std::uint32_t>(result_.starts_.size())});
  }

  /// The blocks of a protocol that a port lies in, the widest first.
  void add_blocks(std::uint8_t protocol, std::uint32_t port, std::vector<std::uint32_t>& blocks) {
    for (const std::uint8_t length : lengths_[protocol])
      if (const auto found = block_of_.find({protocol, length, run_begin(length, port)});
          found != block_of_.end())
        blocks.push_back(found->second);
  }

  void add_interval(std::uint16_t start, std::uint32_t first_of_protocol,
                    PortColumns::Column column) {
    const auto [found, added] = known_.try_emplace(
        std::pair(column.blocks, column.port), static_cast<std::uint32_t>(result_.columns_.size()));
    if (added) result_.columns_.push_back(std::move(column));
    if (result_.starts_.size() > first_of_protocol && result_.column_of_.back() == found->second)
      return;
    result_.starts_.push_back(start);
    result_.column_of_.push_back(found->second);
  }

  const SubjectRules& rules_;
  const RuleBase& base_;
  std::span<const NamedPort> peer_ports_;
  PortColumns& result_;
  std::set<std::uint8_t> protocols_{ip_protocol::kAny};
  std::map<FilterKey, std::size_t> keys_;
  std::map<BlockKey, std::uint32_t> block_of_;
  std::map<NameKey, std::uint32_t> block_of_name_;
  std::map<std::uint8_t, std::set<std::uint8_t>> lengths_;  ///< prefix lengths, by protocol
  std::map<std::uint8_t, std::set<std::uint32_t>> cuts_;    ///< where blocks begin and end
  std::map<std::pair<std::vector<std::uint32_t>, std::uint16_t>, std::uint32_t> known_;
};

PortColumns::PortColumns(const SubjectRules& rules, const RuleBase& base,
                         std::span<const NamedPort> peer_ports) {
  PortColumnsBuilder(rules, base, peer_ports, *this).run();
}

const PortColumns::Intervals& PortColumns::intervals(std::uint8_t protocol) const {
  const Intervals* found = &protocols_.front();
  for (const Intervals& each : protocols_)
    if (each.protocol == protocol) found = &each;
  return *found;
}

std::span<const std::uint16_t> PortColumns::starts(std::uint8_t protocol) const {
  const Intervals& found = intervals(protocol);
  return std::span(starts_).subspan(found.begin, found.end - found.begin);
}

std::uint32_t PortColumns::column(std::uint8_t protocol, std::uint16_t port) const {
  const Intervals& found = intervals(protocol);
  const auto begin = starts_.begin() + found.begin;
  const auto after = std::upper_bound(begin, starts_.begin() + found.end, port);
  return column_of_[static_cast<std::size_t>(after - starts_.begin()) - 1];
}

std::uint16_t port_of_name(std::string_view name, std::uint8_t protocol,
                           std::span<const NamedPort> ports) {
  for (const NamedPort& port : ports)
    if (port.name == name && port.protocol == protocol) return port.port;
  return 0;
}

}  // namespace cnplint::policy
