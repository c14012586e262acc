// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/subject_table.h"

#include <map>
#include <shared_mutex>
#include <tuple>

namespace cnplint::policy {
namespace {

/// Cells are an array where there are at most so many for each row and column together.
constexpr std::size_t kCellsEach = 256;

bool is_named_egress(const SubjectRules& rules, const PortFilter& filter) {
  return rules.direction == Direction::egress && !filter.name.empty();
}

/// The entries that take part in a lookup, from the last to the first. One that is like that for
/// any peer of the same filter is not even inserted, unless the port is a wildcard (A2.4). Entries
/// for any peer stand behind the others of their filter.
std::vector<Candidate> candidates_of(std::span<const MapEntry> entries,
                                     std::span<const std::uint8_t> lengths) {
  std::vector<Candidate> result;
  const MapEntry* any = nullptr;  // of the same filter
  for (std::size_t i = entries.size(); i-- > 0;) {
    const MapEntry& entry = entries[i];
    if (any != nullptr && any->filter != entry.filter) any = nullptr;
    if (entry.selector == kAnyPeer) any = &entry;
    const bool elided = any != nullptr && any != &entry && lengths[i] > kProtocolBits &&
                        any->precedence == entry.precedence;
    if (!elided) result.push_back({&entry, lengths[i], any == &entry && !entry.for_each_identity});
  }
  return result;
}

/// The filters of a rule in a list of a block.
std::span<const BlockFilter> filters_of(const std::vector<BlockFilter>& list,
                                        std::uint32_t applied) {
  return {std::ranges::lower_bound(list, applied, {}, &BlockFilter::applied),
          std::ranges::upper_bound(list, applied, {}, &BlockFilter::applied)};
}

/// What an entry comes to that is made of several rules: a deny takes the place of what was
/// allowed, either that of a pass, and what is weaker adds nothing.
int strength(std::uint8_t precedence) {
  if (precedence == precedence::kDeny) return 2;
  return precedence == precedence::kPass ? 0 : 1;
}

/// What may share a selector and port: TLS takes up HTTP, nothing else mixes (A2.3).
L7Kind mixing_kind(L7Kind kind) { return kind == L7Kind::tls ? L7Kind::http : kind; }

}  // namespace

const Decision* DecisionPool::add(Decision decision) {
  const std::lock_guard lock(mutex_);
  return &*all_.insert(std::move(decision)).first;
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

/// Cells by row and column, where there are too many for an array.
struct SubjectTable::Sparse {
  std::shared_mutex mutex;
  std::unordered_map<std::uint64_t, const Decision*> known;
};

struct SubjectTable::Part {
  std::uint32_t filter = 0;
  std::uint32_t selector = 0;
  std::uint32_t applied = 0;
  const PortFilter* port = nullptr;
  std::uint8_t prefix_length = 0;
};

SubjectTable::SubjectTable(const SubjectRules& rules, const RuleBase& base,
                           const PeerClasses& classes, const std::vector<Endpoint>& endpoints,
                           DecisionPool& pool)
    : rules_(rules),
      base_(base),
      classes_(classes),
      endpoints_(endpoints),
      pool_(pool),
      ports_(rules, base, ports_of_peers()) {
  for (std::uint32_t i = 0; i < rules.rules.size(); ++i) {
    const std::vector<std::uint32_t>& peers = *rules.rules[i].peers;
    for (std::uint32_t at = 0; at < peers.size(); ++at) peers_.push_back({peers[at], i, at});
  }
  std::ranges::sort(peers_);
  assign_rows();
  row_of_.finish(classes.members.size());
  const std::size_t columns = ports_.columns().size();
  if (rows_.size() * columns <= kCellsEach * (rows_.size() + columns))
    cells_ = std::make_unique<std::atomic<const Decision*>[]>(rows_.size() * columns);
  else
    sparse_ = std::make_unique<Sparse>();
}

SubjectTable::~SubjectTable() = default;
SubjectTable::SubjectTable(SubjectTable&&) noexcept = default;

const std::vector<NamedPort>& SubjectTable::named_ports(std::uint32_t peer_class) const {
  return classes_.named_ports[peer_class];
}

/// The named ports of all peers, where they matter: in egress by names.
std::vector<NamedPort> SubjectTable::ports_of_peers() const {
  std::vector<NamedPort> result;
  const bool named = std::ranges::any_of(rules_.rules, [&](const AppliedRule& applied) {
    return std::ranges::any_of(base_.rules[applied.rule].ports, [&](const PortFilter& filter) {
      return is_named_egress(rules_, filter);
    });
  });
  if (!named) return result;
  for (std::uint32_t peer = 0; peer < classes_.members.size(); ++peer)
    if (!classes_.members[peer].empty())
      result.insert(result.end(), named_ports(peer).begin(), named_ports(peer).end());
  return result;
}

/// Peers that the selectors in use select alike share a row. Row 0 is of those that none selects.
void SubjectTable::assign_rows() {
  // What a row depends on: the selectors, its named ports, and whether it is the local host.
  using Signature = std::tuple<std::vector<std::uint32_t>, std::vector<NamedPort>, bool>;
  std::map<std::uint32_t, Signature> touched;
  for (auto peer = peers_.begin(); peer != peers_.end();) {
    const std::uint32_t selector = peer->selector;
    peer = std::ranges::find_if(
        peer, peers_.end(), [&](const SelectingPeer& each) { return each.selector != selector; });
    if (base_.selectors[selector].empty())
      everybody_.push_back(selector);
    else
      classes_.selected[selector].each(
          [&](std::uint32_t row) { std::get<0>(touched[row]).push_back(selector); });
  }
  if (rules_.localhost)
    for (const std::uint32_t peer : classes_.hosts) std::get<2>(touched[peer]) = true;
  const bool named = std::ranges::any_of(
      ports_.blocks(), [](const PortBlock& block) { return !block.name.empty(); });
  for (std::uint32_t peer = 0; named && peer < classes_.members.size(); ++peer)
    if (!classes_.members[peer].empty() && !named_ports(peer).empty())
      std::get<1>(touched[peer]) = named_ports(peer);
  // Of row 0 any class is an example; where all are touched, nobody looks at it.
  Row& nobody = rows_.emplace_back();
  while (nobody.example + 1 < classes_.members.size() && touched.contains(nobody.example))
    ++nobody.example;
  std::map<Signature, std::uint32_t> known{{Signature(), 0}};
  for (auto& [peer, signature] : touched) {
    const auto [found, added] =
        known.try_emplace(std::move(signature), static_cast<std::uint32_t>(rows_.size()));
    if (added) rows_.push_back({peer, std::get<0>(found->first)});
    row_of_.set(peer, found->second);
  }
}

std::span<const SelectingPeer> SubjectTable::peers_with(std::uint32_t selector) const {
  const auto begin = std::ranges::lower_bound(peers_, selector, {}, &SelectingPeer::selector);
  const auto end = std::ranges::upper_bound(peers_, selector, {}, &SelectingPeer::selector);
  return {begin, end};
}

std::vector<SelectingPeer> SubjectTable::peers_selecting(std::uint32_t peer_class) const {
  std::vector<SelectingPeer> result;
  for (const auto* selectors : {&rows_[row_of_[peer_class]].selectors, &everybody_})
    for (const std::uint32_t selector : *selectors) {
      const auto peers = peers_with(selector);
      result.insert(result.end(), peers.begin(), peers.end());
    }
  std::ranges::sort(
      result, {}, [](const SelectingPeer& each) { return std::pair(each.applied, each.position); });
  return result;
}

std::vector<const PortFilter*> SubjectTable::covering(std::uint32_t applied,
                                                      std::uint32_t peer_class,
                                                      std::uint8_t protocol,
                                                      std::uint16_t port) const {
  std::vector<const PortFilter*> result;
  const Row& row = rows_[row_of_[peer_class]];
  const PortColumns::Column& at = ports_.columns()[ports_.column(protocol, port)];
  for (const std::uint32_t index : at.blocks) {
    const PortBlock& block = ports_.block(index);
    if (!is_open(block, at, row)) continue;
    for (const auto* filters : {&block.for_any, &block.for_peers})
      for (const BlockFilter& each : filters_of(*filters, applied)) result.push_back(each.filter);
  }
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

const Decision& SubjectTable::remembered(std::uint32_t row, std::uint32_t column) const {
  constexpr unsigned kRowShift = 32;
  const std::uint64_t key = (std::uint64_t{row} << kRowShift) | column;
  {
    const std::shared_lock lock(sparse_->mutex);
    if (const auto found = sparse_->known.find(key); found != sparse_->known.end())
      return *found->second;
  }
  const Decision* decision = decide_cell(row, column);
  const std::unique_lock lock(sparse_->mutex);
  sparse_->known.emplace(key, decision);
  return *decision;
}

const Decision* SubjectTable::decide_cell(std::uint32_t row, std::uint32_t column) const {
  const std::vector<Part> covering = parts(rows_[row], column);
  if (covering.empty()) return pool_.add(unmatched(rows_[row].example));
  std::vector<std::uint8_t> lengths;
  const std::vector<MapEntry> entries = merged(covering, lengths);
  std::optional<Winner> won = winner(candidates_of(entries, lengths));
  if (!won) return pool_.add(unmatched(rows_[row].example));
  Decision decision;
  decision.verdict = effect_of(won->precedence);
  decision.rules = std::move(won->rules);
  for (const std::uint32_t rule : decision.rules)
    decision.policies.push_back(base_.rules[rule].policy);
  std::ranges::sort(decision.policies);
  decision.policies.erase(std::unique(decision.policies.begin(), decision.policies.end()),
                          decision.policies.end());
  return pool_.add(std::move(decision));
}

/// The filters that cover a cell, once for each selector through which their rule selects the row,
/// sorted by what Cilium merges.
std::vector<SubjectTable::Part> SubjectTable::parts(const Row& row, std::uint32_t column) const {
  std::vector<Part> result;
  const PortColumns::Column& at = ports_.columns()[column];
  for (const std::uint32_t index : at.blocks) {
    const PortBlock& block = ports_.block(index);
    if (is_open(block, at, row)) add_parts(row, block, result);
  }
  std::ranges::stable_sort(result, {}, [](const Part& part) {
    return std::tuple(part.filter, part.selector, part.applied);
  });
  return result;
}

/// Whether a block of a column concerns the peers of a row: one of a name asks for their port.
bool SubjectTable::is_open(const PortBlock& block, const PortColumns::Column& column,
                           const Row& row) const {
  return block.name.empty() ||
         port_of_name(block.name, block.protocol, named_ports(row.example)) == column.port;
}

void SubjectTable::add_parts(const Row& row, const PortBlock& block,
                             std::vector<Part>& parts) const {
  for (const BlockFilter& each : block.for_any)
    parts.push_back({each.key, kAnyPeer, each.applied, each.filter, block.prefix_length});
  if (row.selectors.empty() || block.for_peers.empty()) return;
  std::size_t selecting = 0;
  for (const std::uint32_t selector : row.selectors) selecting += peers_with(selector).size();
  if (selecting <= block.for_peers.size()) return add_peer_parts(row, block, parts);
  for (const BlockFilter& each : block.for_peers)
    for (const std::uint32_t selector : row.selectors) {
      const auto found = std::ranges::lower_bound(peers_, SelectingPeer{selector, each.applied, 0});
      if (found != peers_.end() && found->selector == selector && found->applied == each.applied)
        parts.push_back({each.key, selector, each.applied, each.filter, block.prefix_length});
    }
}

/// The same, from the rules that select the row instead of the filters of the block.
void SubjectTable::add_peer_parts(const Row& row, const PortBlock& block,
                                  std::vector<Part>& parts) const {
  for (const std::uint32_t selector : row.selectors) {
    const SelectingPeer* before = nullptr;
    for (const SelectingPeer& peer : peers_with(selector)) {
      if (before != nullptr && before->applied == peer.applied) continue;  // named twice
      before = &peer;
      for (const BlockFilter& each : filters_of(block.for_peers, peer.applied))
        parts.push_back({each.key, selector, each.applied, each.filter, block.prefix_length});
    }
  }
}

/// The entries of Cilium's policy map: filters of the same ports and selector become one. `lengths`
/// are the prefix lengths of their keys.
std::vector<MapEntry> SubjectTable::merged(std::span<const Part> parts,
                                           std::vector<std::uint8_t>& lengths) const {
  std::vector<MapEntry> entries;
  for (const Part& part : parts) {
    const std::uint32_t rule = rules_.rules[part.applied].rule;
    const std::uint8_t precedence = precedence_of(base_.rules[rule], *part.port);
    if (entries.empty() || entries.back().filter != part.filter ||
        entries.back().selector != part.selector) {
      entries.push_back({part.filter,
                         part.selector,
                         base_.rules[rule].level,
                         precedence,
                         is_named_egress(rules_, *part.port),
                         {rule}});
      lengths.push_back(part.prefix_length);
      continue;
    }
    MapEntry& entry = entries.back();
    const int stronger = strength(precedence) - strength(entry.precedence);
    if (stronger > 0) entry.rules.clear();
    if (stronger >= 0) entry.rules.push_back(rule);
    entry.precedence = std::max(entry.precedence, precedence);
  }
  return entries;
}

/// The decision where nothing matches, or only what passes; it is the same for all peers but the
/// local host. Where some rule passes Cilium denies by a rule of its own (K7.5).
Decision SubjectTable::unmatched(std::uint32_t peer_class) const {
  if (!rules_.default_deny) return {Verdict::allow, Synthetic::allow_any, {}, {}};
  const Endpoint& peer = endpoints_[classes_.example[peer_class]];
  if (rules_.localhost && peer.kind == EndpointKind::host)
    return {Verdict::allow, Synthetic::allow_localhost, {}, {}};
  return {Verdict::default_deny, rules_.passes ? Synthetic::deny_any : Synthetic::none, {}, {}};
}

namespace {

/// A rule that has a filter, and the kind of its L7 rules; rules that do not allow have none.
struct FilterUse {
  std::uint32_t applied = 0;
  bool deny = false;
  L7Kind kind = L7Kind::none;

  friend auto operator<=>(const FilterUse&, const FilterUse&) = default;
};

/// Whether the uses of one filter, in the order of the rules, give a selector two kinds that do not
/// mix. A deny takes the place of what was allowed, so that what comes behind it is not looked at.
bool contradict_in(std::span<const FilterUse> uses, const SubjectRules& rules,
                   const RuleBase& base) {
  struct State {
    bool denied = false;
    L7Kind kind = L7Kind::none;
  };
  std::unordered_map<std::uint32_t, State> states;  // by selector
  const auto take = [&](State& state, const FilterUse& use) {
    if (state.denied || use.deny) {
      state.denied = true;
      return false;
    }
    if (use.kind == L7Kind::none) return false;
    const bool other = state.kind != L7Kind::none && state.kind != use.kind;
    state.kind = use.kind;
    return other;
  };
  for (const FilterUse& use : uses) {
    if (rules.rules[use.applied].for_any && take(states[kAnyPeer], use)) return true;
    for (const std::uint32_t selector : *rules.rules[use.applied].peers)
      if (!base.selectors[selector].empty() && take(states[selector], use)) return true;
  }
  return false;
}

}  // namespace

bool contradict(const SubjectRules& rules, const RuleBase& base) {
  using FilterKey = std::tuple<std::uint8_t, std::uint16_t, std::uint16_t, std::string, Level>;
  std::set<L7Kind> kinds;
  std::map<FilterKey, std::vector<FilterUse>> uses;
  const auto each_filter = [&](const auto& body) {
    for (std::uint32_t i = 0; i < rules.rules.size(); ++i) {
      const PolicyRule& rule = base.rules[rules.rules[i].rule];
      for (const PortFilter& port : rule.ports)
        body(rule, port,
             FilterUse{i, rule.denies(),
                       rule.action == Action::allow ? mixing_kind(port.l7) : L7Kind::none});
    }
  };
  each_filter(
      [&](const PolicyRule&, const PortFilter&, const FilterUse& use) { kinds.insert(use.kind); });
  kinds.erase(L7Kind::none);
  if (kinds.size() < 2) return false;
  each_filter([&](const PolicyRule& rule, const PortFilter& port, const FilterUse& use) {
    uses[{port.protocol, port.first, port.end, port.name, rule.level}].push_back(use);
  });
  std::set<std::vector<FilterUse>> known;  // many ports of the same rules need one look
  for (auto& [filter, each] : uses)
    if (const auto [found, added] = known.insert(std::move(each));
        added && contradict_in(*found, rules, base))
      return true;
  return false;
}

}  // namespace cnplint::policy
