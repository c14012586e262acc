// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/rule_cover.h"

#include <algorithm>

#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

/// How many peers without a quick way to find them are tried, and how many rules.
constexpr std::size_t kMostCovering = 48;

std::uint16_t last_of(const PortFilter& port) { return std::max(port.first, port.end); }
bool is_every_port(const PortFilter& port) { return port.name.empty() && port.first == 0; }

bool is_world_label(const Condition& condition) {
  return condition.source == "reserved" && condition.op == Op::exists &&
         condition.key.starts_with("world");
}

/// Whether a condition is met by addresses outside the cluster only.
bool is_of_address(const Condition& condition) {
  if (condition.op != Op::exists && condition.op != Op::in) return false;
  return condition.prefix != nullptr || condition.names != nullptr ||
         condition.source == "cidrgroup" || is_world_label(condition);
}

std::size_t place_of(Direction direction, Action action) {
  return (direction == Direction::ingress ? 0U : 3U) + static_cast<std::size_t>(action);
}

auto key_of(const Prefix& prefix) {
  return std::pair(prefix.address.v6, std::pair(prefix.length, prefix.first().bytes));
}

}  // namespace

bool covers(const PortFilter& wide, const PortFilter& narrow) {
  if (wide.protocol != ip_protocol::kAny && wide.protocol != narrow.protocol) return false;
  if (is_every_port(wide)) return true;
  if (!wide.name.empty() || !narrow.name.empty())
    return wide.name == narrow.name && (wide.end >= narrow.end || narrow.end == 0);
  return narrow.first != 0 && wide.first <= narrow.first && last_of(narrow) <= last_of(wide);
}

bool overlap(const PortFilter& a, const PortFilter& b) {
  const bool any = a.protocol == ip_protocol::kAny || b.protocol == ip_protocol::kAny;
  if (!any && a.protocol != b.protocol) return false;
  if (is_every_port(a) || is_every_port(b) || !a.name.empty() || !b.name.empty()) return true;
  return a.first <= last_of(b) && b.first <= last_of(a);
}

namespace {

bool is_of_pod(const Condition& condition) {
  return (condition.source == "k8s" || condition.source == "any") &&
         (condition.op == Op::in || condition.op == Op::exists);
}

/// Whether two conditions on a label leave no value for it.
bool exclude(const Condition& a, const Condition& b) {
  const auto among = [](const Condition& list) {
    return [&list](const std::string& value) {
      return std::ranges::find(list.values, value) != list.values.end();
    };
  };
  if (a.op == Op::does_not_exist) return b.op == Op::in || b.op == Op::exists;
  if (a.op != Op::in) return false;
  if (b.op == Op::in) return std::ranges::none_of(a.values, among(b));
  return b.op == Op::not_in && std::ranges::all_of(a.values, among(b));
}

/// Whether one selects pods only, and the other only what is none.
bool differ_in_kind(const Conditions& a, const Conditions& b) {
  const bool pods = std::ranges::any_of(
      a, [](const Condition& each) { return each.key == kNamespaceLabel && is_of_pod(each); });
  return pods && (selects_addresses(b) || std::ranges::any_of(b, [](const Condition& each) {
                    return each.source == "reserved" && each.op == Op::exists;
                  }));
}

}  // namespace

bool selects_no_pods(const Conditions& selector) {
  return std::ranges::any_of(selector, [](const Condition& each) {
    return each.source == "reserved" &&
           (each.op == Condition::Op::in || each.op == Condition::Op::exists);
  });
}

bool exclude_each_other(const Conditions& a, const Conditions& b) {
  if (differ_in_kind(a, b) || differ_in_kind(b, a)) return true;
  return std::ranges::any_of(a, [&](const Condition& one) {
    return std::ranges::any_of(b, [&](const Condition& other) {
      const auto is_kubernetes = [](const Condition& each) {
        return each.source == "k8s" || each.source == "any";
      };
      return one.key == other.key && is_kubernetes(one) && is_kubernetes(other) &&
             (exclude(one, other) || exclude(other, one));
    });
  });
}

bool selects_addresses(const Conditions& selector) {
  return std::ranges::any_of(selector, is_of_address);
}

PeerCover::PeerCover(const PolicyRule& rule, const RuleBase& base) : rule_(rule), base_(base) {
  for (std::uint32_t i = 0; i < rule.peers.size(); ++i) add(i);
}

void PeerCover::add(std::uint32_t position) {
  const Conditions& selector = base_.selectors[rule_.peers[position]];
  by_selector_[rule_.peers[position]].push_back(position);
  if (selector.empty()) {
    everybody_.push_back(position);
  } else if (selector.size() == 1 && is_world_label(selector.front())) {
    worlds_.emplace_back(families_of(selector.front()), position);
  } else if (selector.size() == 1 && selector.front().prefix && selector.front().op == Op::exists) {
    ranges_[key_of(*selector.front().prefix)].push_back(position);
  } else if (others_.size() < kMostCovering) {
    others_.push_back(position);
  }
}

/// The families of addresses that a condition leaves: both where it does not say. In a cluster of
/// one family all addresses have the label `world` (A5.1).
unsigned PeerCover::families_of(const Condition& condition) const {
  const bool dual = base_.environment.ipv4 && base_.environment.ipv6;
  if (condition.prefix && condition.op == Op::exists)
    return !dual ? kFour | kSix : condition.prefix->address.v6 ? kSix : kFour;
  if (!is_world_label(condition)) return kFour | kSix;
  if (!dual) return condition.key == "world" ? kFour | kSix : kNoFamily;
  if (condition.key == "world") return kNoFamily;
  return condition.key == "world-ipv6" ? kSix : kFour;
}

unsigned PeerCover::families_of(const Conditions& conditions) const {
  unsigned families = kFour | kSix;
  for (const Condition& each : conditions)
    if (is_of_address(each)) families &= families_of(each);
  return families;
}

bool PeerCover::may_count(std::uint32_t position, NodeRef except) const {
  return !except || !(rule_.peer_places[position] == except);
}

std::optional<std::uint32_t> PeerCover::covering_everybody() const {
  if (rule_.any_peer) return kAnyPeer;
  return everybody_.empty() ? std::nullopt : std::optional(everybody_.front());
}

bool PeerCover::opens_a_family() const {
  return covering_everybody() ||
         std::ranges::any_of(worlds_, [](const auto& each) { return each.first != kNoFamily; });
}

std::optional<std::uint32_t> PeerCover::world_of(NodeRef except) const {
  if (rule_.any_peer) return kAnyPeer;
  for (const std::uint32_t position : everybody_)
    if (may_count(position, except)) return position;
  unsigned families = kNoFamily;
  std::optional<std::uint32_t> last;
  for (const auto& [some, position] : worlds_) {
    if (some == kNoFamily || !may_count(position, except)) continue;
    families |= some;
    last = position;
  }
  return families == (kFour | kSix) ? last : std::nullopt;
}

std::optional<std::uint32_t> PeerCover::range_around(const Prefix& prefix, NodeRef except) const {
  if (ranges_.empty()) return std::nullopt;
  for (int length = prefix.length; length > 0; --length) {
    const auto found = ranges_.find(key_of({prefix.address, length}));
    if (found == ranges_.end()) continue;
    for (const std::uint32_t position : found->second)
      if (may_count(position, except)) return position;
  }
  return std::nullopt;
}

/// Whether a selector selects whoever another one does, addresses by the world that they are of.
bool PeerCover::covers_one(const Conditions& wide, const Conditions& narrow) const {
  const bool addresses = selects_addresses(narrow);
  return std::ranges::all_of(wide, [&](const Condition& each) {
    if (follows(each, narrow)) return true;
    if (!addresses) return false;
    if (is_world_label(each)) {
      const unsigned families = families_of(narrow);
      return families != kNoFamily && (families & ~families_of(each)) == 0;
    }
    return each.names && std::ranges::any_of(narrow, [&](const Condition& other) {
             const bool one = other.names && other.op == Op::exists && each.op == Op::exists;
             return one && !other.names->only_name().empty() &&
                    each.names->matches(other.names->only_name());
           });
  });
}

std::optional<std::uint32_t> PeerCover::covering(std::uint32_t selector, NodeRef except) const {
  if (rule_.any_peer) return kAnyPeer;
  for (const std::uint32_t position : everybody_)
    if (may_count(position, except)) return position;
  if (const auto same = by_selector_.find(selector); same != by_selector_.end())
    for (const std::uint32_t position : same->second)
      if (may_count(position, except)) return position;
  const Conditions& narrow = base_.selectors[selector];
  if (narrow.empty()) return std::nullopt;
  if (selects_addresses(narrow)) {
    if (const auto world = world_of(except)) return world;
    for (const Condition& each : narrow)
      if (each.prefix && each.op == Op::exists)
        if (const auto range = range_around(*each.prefix, except)) return range;
    const unsigned families = families_of(narrow);
    for (const auto& [some, position] : worlds_)
      if (families != kNoFamily && (families & ~some) == 0 && may_count(position, except))
        return position;
  }
  for (const std::uint32_t position : others_)
    if (may_count(position, except) && covers_one(base_.selectors[rule_.peers[position]], narrow))
      return position;
  return std::nullopt;
}

const PeerCover& RuleCover::peers(std::uint32_t rule) {
  std::unique_ptr<PeerCover>& known = peers_[rule];
  if (known == nullptr) known = std::make_unique<PeerCover>(base_.rules[rule], base_);
  return *known;
}

bool RuleCover::is_known(const PolicyRule& rule) const {
  return rule.is_written() && rule.matches_something() && rule.unresolved_services.empty();
}

void RuleCover::find_standing(std::uint32_t subject) {
  asked_ = subject;
  for (auto& each : standing_) each.clear();
  std::size_t subjects = 0;
  const auto add_rules = [&](std::uint32_t other) {
    for (std::uint32_t i = base_.subjects[other].first_rule; i < base_.subjects[other].end_rule;
         ++i) {
      const PolicyRule& rule = base_.rules[i];
      std::vector<std::uint32_t>& into = standing_[place_of(rule.direction, rule.action)];
      if (into.size() < kMostCovering && is_known(rule)) into.push_back(i);
    }
    return ++subjects >= kMostCovering;
  };
  // What is too many to be tried ends the search: those that were found are right all the same.
  static_cast<void>(subjects_.any_covering(subject, add_rules));
}

std::vector<std::uint32_t> RuleCover::standing_beside(std::uint32_t subject, std::uint32_t rule,
                                                      Action action) {
  if (!requires_)
    requires_ = std::ranges::any_of(base_.subjects, [](const Subject& each) {
      return !each.requires_ingress.empty() || !each.requires_egress.empty();
    });
  if (*requires_) return {};
  if (asked_ != subject) find_standing(subject);
  std::vector<std::uint32_t> rules = standing_[place_of(base_.rules[rule].direction, action)];
  std::erase_if(rules, [&](std::uint32_t each) {
    return each == rule || is_twin(base_.rules[each].policy, base_.rules[rule].policy);
  });
  return rules;
}

bool RuleCover::is_twin(std::uint32_t a, std::uint32_t b) {
  if (a == b) return false;
  if (objects_.empty()) {
    std::unordered_map<std::string, std::uint32_t> known;
    for (const Policy& each : base_.policies)
      objects_.push_back(
          known.try_emplace(each.subject(), static_cast<std::uint32_t>(objects_.size()))
              .first->second);
  }
  return objects_[a] == objects_[b] && !base_.policies[a].name.empty();
}

}  // namespace cnplint::policy
