// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/subject_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <set>
#include <tuple>

namespace cnplint::policy {
namespace {

constexpr std::uint8_t kProtocolBits = 8;
constexpr std::uint8_t kFullPrefix = 24;
constexpr std::uint32_t kPorts = 65536;

/// A run of ports that one key stands for: all, one, or an aligned power of two of them.
struct Block {
  std::uint32_t begin = 0;
  std::uint32_t end = kPorts;
  std::uint8_t prefix_length = 0;
};

/// How Cilium splits a filter into keys (A2.2).
std::vector<Block> blocks_of(std::uint8_t protocol, std::uint16_t first, std::uint16_t end) {
  if (first == 0)
    return {{0, kPorts, protocol == ip_protocol::kAny ? std::uint8_t{0} : kProtocolBits}};
  std::vector<Block> blocks;
  const std::uint32_t last = std::max(first, end);
  for (std::uint32_t at = first; at <= last;) {
    std::uint32_t size = at & (~at + 1);  // the alignment of `at`
    while (at + size - 1 > last) size /= 2;
    const int bits = std::countr_zero(size);
    blocks.push_back({at, at + size, static_cast<std::uint8_t>(kFullPrefix - bits)});
    at += size;
  }
  return blocks;
}

/// The filters that Cilium keeps apart. A named port is one filter whatever its number.
struct FilterKey {
  std::uint8_t protocol = 0;
  std::uint16_t first = 0;
  std::uint16_t end = 0;
  std::string name;

  friend auto operator<=>(const FilterKey&, const FilterKey&) = default;
};

/// The number of a named port; 0 where the pod has none of that name and protocol.
std::uint16_t resolve(const auto& filter, const std::vector<NamedPort>& ports) {
  for (const NamedPort& port : ports)
    if (port.name == filter.name && port.protocol == filter.protocol) return port.port;
  return 0;
}

/// Whether L7 rules of two kinds can share a selector and port: TLS takes up HTTP, nothing else
/// mixes (A2.3).
bool conflict(L7Kind a, L7Kind b) {
  if (a == b || a == L7Kind::none || b == L7Kind::none) return false;
  return !((a == L7Kind::tls && b == L7Kind::http) || (a == L7Kind::http && b == L7Kind::tls));
}

}  // namespace

bool covers(const PortFilter& filter, Direction direction, const Connection& connection,
            const std::vector<NamedPort>& named_ports) {
  if (filter.protocol != ip_protocol::kAny && filter.protocol != connection.protocol) return false;
  std::uint16_t first = filter.first;
  if (!filter.name.empty()) {
    first = resolve(filter, named_ports);
    if (first == 0) return false;
    if (direction == Direction::egress) return connection.port == first;
  }
  return first == 0 || (first <= connection.port && connection.port <= std::max(first, filter.end));
}

std::uint32_t DecisionPool::add(Decision decision) {
  const auto [found, added] =
      known_.try_emplace(std::move(decision), static_cast<std::uint32_t>(all_.size()));
  if (added) all_.push_back(&found->first);
  return found->second;
}

void RowOfClass::finish(std::size_t classes) {
  std::map<std::uint32_t, std::size_t> members;  // of each row
  members[0] = classes - listed_.size();
  for (const Listed& each : listed_) ++members[each.row];
  usual_ =
      std::ranges::max_element(members, {}, [](const auto& each) { return each.second; })->first;
  if (usual_ == 0) return;
  std::vector<std::uint32_t> rows(classes);
  for (const Listed& each : listed_) rows[each.peer_class] = each.row;
  listed_.clear();
  for (std::uint32_t i = 0; i < classes; ++i)
    if (rows[i] != usual_) listed_.push_back({i, rows[i]});
}

/// Fills one table.
class SubjectTableBuilder {
 public:
  SubjectTableBuilder(const SubjectRules& rules, const RuleBase& base, const PeerClasses& classes,
                      const std::vector<Endpoint>& endpoints, DecisionPool& pool,
                      SubjectTable& table)
      : rules_(rules),
        base_(base),
        classes_(classes),
        endpoints_(endpoints),
        pool_(pool),
        table_(table) {}

  void run() {
    merge();
    assign_rows();
    table_.rows_.finish(classes_.members.size());
    std::set<std::uint8_t> protocols{ip_protocol::kAny};
    for (const auto& [key, index] : filters_) protocols.insert(key.protocol);
    for (const std::uint8_t protocol : protocols) add_protocol(protocol);
  }

 private:
  /// Rules of the same filter and selector become one entry.
  void merge() {
    for (const AppliedRule& applied : rules_.rules) {
      const Rule& rule = base_.rules[applied.rule];
      for (const PortFilter& port : rule.ports) {
        const FilterKey key{port.protocol, port.first, port.end, port.name};
        const auto [found, added] =
            filters_.try_emplace(key, static_cast<std::uint32_t>(filters_.size()));
        if (added) keys_.push_back(&found->first);
        const std::uint32_t filter = found->second;
        if (rule.any_peer) merge_one(filter, kAnyPeer, applied.rule, port);
        for (const std::uint32_t selector : applied.peers)
          merge_one(filter, base_.selectors[selector].empty() ? kAnyPeer : selector, applied.rule,
                    port);
      }
    }
    by_filter_.resize(filters_.size());
    for (const MapEntry& entry : entries_) by_filter_[entry.filter].push_back(&entry);
  }

  void merge_one(std::uint32_t filter, std::uint32_t selector, std::uint32_t rule,
                 const PortFilter& port) {
    const std::uint8_t precedence = precedence_of(base_.rules[rule], port);
    const auto [found, added] =
        merged_.try_emplace({filter, selector}, static_cast<std::uint32_t>(entries_.size()));
    if (added) {
      const bool named_egress = rules_.direction == Direction::egress && !port.name.empty();
      entries_.push_back({filter, selector, precedence, port.l7, named_egress, {rule}});
      return;
    }
    MapEntry& entry = entries_[found->second];
    const bool was_deny = entry.precedence == precedence::kDeny;
    const bool deny = precedence == precedence::kDeny;
    if (was_deny != deny) {
      // A deny takes the place of what was allowed; an allow adds nothing to it.
      if (deny) entry.rules = {rule};
      entry.precedence = precedence::kDeny;
      return;
    }
    if (!deny && conflict(entry.l7, port.l7)) table_.contradiction_ = true;
    entry.precedence = std::max(entry.precedence, precedence);
    entry.l7 = std::max(entry.l7, port.l7);
    entry.rules.push_back(rule);
  }

  /// What the row of a class depends on: the selectors in use that select it, and its named ports
  /// and whether it is the local host, where that matters.
  using Signature = std::tuple<std::vector<std::uint32_t>, std::vector<NamedPort>, bool>;

  /// The classes of peers that are not simply selected by nobody.
  [[nodiscard]] std::map<std::uint32_t, Signature> signatures() const {
    std::map<std::uint32_t, Signature> result;
    for (const std::uint32_t selector : selectors_)
      classes_.selected[selector].each([&](std::size_t peer) {
        std::get<0>(result[static_cast<std::uint32_t>(peer)]).push_back(selector);
      });
    if (rules_.localhost)
      for (const std::uint32_t peer : classes_.hosts) std::get<2>(result[peer]) = true;
    const bool named =
        rules_.direction == Direction::egress &&
        std::ranges::any_of(filters_, [](const auto& each) { return !each.first.name.empty(); });
    if (named)
      for (std::uint32_t peer = 0; peer < classes_.members.size(); ++peer)
        if (const auto& ports = endpoints_[classes_.example[peer]].named_ports;
            !classes_.members[peer].empty() && !ports.empty())
          std::get<1>(result[peer]) = ports;
    return result;
  }

  /// Peers that the selectors in use select alike share a row. Row 0 is of those that none selects.
  void assign_rows() {
    for (const MapEntry& entry : entries_)
      if (entry.selector != kAnyPeer) selectors_.insert(entry.selector);
    std::map<std::uint32_t, Signature> touched = signatures();
    // Of row 0 any class is an example; where all are touched, nobody looks at it.
    row_examples_.push_back(0);
    while (row_examples_[0] + 1 < classes_.members.size() && touched.contains(row_examples_[0]))
      ++row_examples_[0];
    std::map<Signature, std::uint32_t> known{{Signature(), 0}};
    for (auto& [peer, signature] : touched) {
      const auto [found, added] =
          known.try_emplace(std::move(signature), static_cast<std::uint32_t>(row_examples_.size()));
      if (added) {
        row_examples_.push_back(peer);
        for (const std::uint32_t selector : std::get<0>(found->first))
          selected_rows_[selector].push_back(found->second);
      }
      table_.rows_.set(peer, found->second);
    }
  }

  [[nodiscard]] std::vector<Block> blocks(const FilterKey& key) const {
    if (key.name.empty()) return blocks_of(key.protocol, key.first, key.end);
    const std::uint16_t port = resolve(key, rules_.named_ports);
    return port == 0 ? std::vector<Block>() : blocks_of(key.protocol, port, key.end);
  }

  [[nodiscard]] bool named_egress(const FilterKey& key) const {
    return !key.name.empty() && rules_.direction == Direction::egress;
  }

  void add_protocol(std::uint8_t protocol) {
    std::set<std::uint16_t> starts{0};
    const auto cut = [&](std::uint32_t port) {
      if (port < kPorts) starts.insert(static_cast<std::uint16_t>(port));
    };
    for (const auto& [key, index] : filters_) {
      if (key.protocol != protocol) continue;
      if (named_egress(key)) {
        for (const std::uint32_t row : row_examples_) {
          const std::uint16_t port = resolve(key, endpoints_[classes_.example[row]].named_ports);
          cut(port);
          cut(std::uint32_t{port} + 1);
        }
        continue;
      }
      for (const Block& block : blocks(key)) {
        cut(block.begin);
        cut(block.end);
      }
    }
    const auto begin = static_cast<std::uint32_t>(table_.starts_.size());
    for (const std::uint16_t start : starts) {
      const std::uint32_t column = add_column(protocol, start);
      const bool same = table_.starts_.size() > begin && table_.columns_.back() == column;
      if (same) continue;
      table_.starts_.push_back(start);
      table_.columns_.push_back(column);
    }
    table_.protocols_.push_back(
        {protocol, begin, static_cast<std::uint32_t>(table_.starts_.size())});
  }

  /// The entries that cover a port: those for any peer, and those that select each row.
  struct Covering {
    std::vector<Candidate> of_any;
    std::vector<std::vector<Candidate>> of_row;
  };
  Covering covering_entries(std::uint8_t protocol, std::uint16_t port) {
    Covering result;
    result.of_row.resize(row_examples_.size());
    for (const Candidate& each : candidates(protocol, port)) {
      if (each.entry->selector == kAnyPeer) {
        result.of_any.push_back(each);
        continue;
      }
      for (const std::uint32_t row : selected_rows_[each.entry->selector])
        result.of_row[row].push_back(each);
    }
    return result;
  }

  /// The entries that cover a port, peers aside.
  std::vector<Candidate> candidates(std::uint8_t protocol, std::uint16_t port) const {
    std::vector<Candidate> result;
    for (const auto& filter : filters_) {
      const FilterKey& key = filter.first;
      if (key.protocol != ip_protocol::kAny && key.protocol != protocol) continue;
      const auto add = [&](std::uint8_t prefix_length) {
        for (const MapEntry* entry : by_filter_[filter.second])
          result.push_back(
              {entry, prefix_length, entry->selector == kAnyPeer && !entry->for_each_identity});
      };
      if (named_egress(key)) {
        add(kFullPrefix);  // whether it is the peer's port is asked for each row
        continue;
      }
      for (const Block& block : blocks(key))
        if (block.begin <= port && port < block.end) add(block.prefix_length);
    }
    return result;
  }

  std::uint32_t add_column(std::uint8_t protocol, std::uint16_t port) {
    const Covering covering = covering_entries(protocol, port);
    std::vector<std::uint32_t> column;
    column.reserve(row_examples_.size());
    for (std::size_t row = 0; row < row_examples_.size(); ++row)
      column.push_back(cell(covering.of_any, covering.of_row[row], row_examples_[row], port));
    const auto [found, added] =
        columns_.try_emplace(column, static_cast<std::uint32_t>(table_.cells_.size()));
    if (added) table_.cells_.insert(table_.cells_.end(), column.begin(), column.end());
    return found->second;
  }

  /// The decision where nothing matches; it is the same for all peers but the local host.
  std::uint32_t unmatched_cell(std::uint32_t peer_class) {
    const Endpoint& peer = endpoints_[classes_.example[peer_class]];
    auto& known = unmatched_[peer.kind == EndpointKind::host ? 1 : 0];
    if (!known) known = pool_.add(unmatched(peer));
    return *known;
  }

  std::uint32_t cell(const std::vector<Candidate>& of_any, const std::vector<Candidate>& of_row,
                     std::uint32_t peer, std::uint16_t port) {
    if (of_any.empty() && of_row.empty()) return unmatched_cell(peer);
    const std::vector<NamedPort>& named = endpoints_[classes_.example[peer]].named_ports;
    std::vector<Candidate> mine;
    for (const auto& list : {std::span(of_any), std::span(of_row)})
      for (const Candidate& each : list) {
        const MapEntry& entry = *each.entry;
        if (entry.for_each_identity && resolve(*keys_[entry.filter], named) != port) continue;
        if (!elided(each, of_any)) mine.push_back(each);
      }
    Winner won = winner(mine);
    if (won.precedence == 0) return unmatched_cell(peer);
    Decision decision;
    decision.verdict = effect_of(won.precedence);
    decision.rules = std::move(won.rules);
    for (const std::uint32_t rule : decision.rules)
      decision.policies.push_back(base_.rules[rule].policy);
    std::ranges::sort(decision.policies);
    decision.policies.erase(std::unique(decision.policies.begin(), decision.policies.end()),
                            decision.policies.end());
    return pool_.add(std::move(decision));
  }

  /// An entry that is like that for any peer of the same filter is not even inserted, unless the
  /// port is a wildcard (A2.4).
  static bool elided(const Candidate& candidate, const std::vector<Candidate>& of_any) {
    if (candidate.entry->selector == kAnyPeer || candidate.prefix_length <= kProtocolBits)
      return false;
    return std::ranges::any_of(of_any, [&](const Candidate& other) {
      return other.entry->filter == candidate.entry->filter &&
             other.entry->precedence == candidate.entry->precedence;
    });
  }

  [[nodiscard]] Decision unmatched(const Endpoint& peer) const {
    if (!rules_.default_deny) return {Verdict::allow, Synthetic::allow_any, {}, {}};
    if (rules_.localhost && peer.kind == EndpointKind::host)
      return {Verdict::allow, Synthetic::allow_localhost, {}, {}};
    return {Verdict::default_deny, Synthetic::none, {}, {}};
  }

  const SubjectRules& rules_;
  const RuleBase& base_;
  const PeerClasses& classes_;
  const std::vector<Endpoint>& endpoints_;
  DecisionPool& pool_;
  SubjectTable& table_;
  std::map<FilterKey, std::uint32_t> filters_;
  std::vector<const FilterKey*> keys_;  ///< by the index of the filter
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> merged_;
  std::vector<MapEntry> entries_;
  std::vector<std::vector<const MapEntry*>> by_filter_;
  std::array<std::optional<std::uint32_t>, 2> unmatched_;
  std::vector<std::uint32_t> row_examples_;  ///< a class of peers for each row
  std::set<std::uint32_t> selectors_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> selected_rows_;  ///< by selector
  std::map<std::vector<std::uint32_t>, std::uint32_t> columns_;
};

SubjectTable::SubjectTable(const SubjectRules& rules, const RuleBase& base,
                           const PeerClasses& classes, const std::vector<Endpoint>& endpoints,
                           DecisionPool& pool) {
  SubjectTableBuilder(rules, base, classes, endpoints, pool, *this).run();
}

const SubjectTable::Intervals& SubjectTable::intervals(std::uint8_t protocol) const {
  const Intervals* found = &protocols_.front();
  for (const Intervals& each : protocols_)
    if (each.protocol == protocol) found = &each;
  return *found;
}

std::span<const std::uint16_t> SubjectTable::starts(std::uint8_t protocol) const {
  const Intervals& found = intervals(protocol);
  return std::span(starts_).subspan(found.begin, found.end - found.begin);
}

std::uint32_t SubjectTable::column(std::uint8_t protocol, std::uint16_t port) const {
  const Intervals& found = intervals(protocol);
  const auto begin = starts_.begin() + found.begin;
  const auto after = std::upper_bound(begin, starts_.begin() + found.end, port);
  return columns_[static_cast<std::size_t>(after - starts_.begin()) - 1];
}

}  // namespace cnplint::policy
