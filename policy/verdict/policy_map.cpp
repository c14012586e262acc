// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/policy_map.h"

#include <algorithm>
#include <array>

namespace cnplint::policy {
namespace {

constexpr std::size_t kLengths = 25;

/// One key's worth of candidates: the highest precedence takes it, equals share it.
struct Key {
  std::uint8_t precedence = precedence::kPass;
  std::vector<const MapEntry*> entries;

  void add(const MapEntry& entry) {
    if (entry.precedence < precedence) return;
    if (entry.precedence > precedence) entries.clear();
    precedence = entry.precedence;
    entries.push_back(&entry);
  }
};
using Keys = std::array<Key, kLengths>;

/// The result of one longest-prefix lookup.
struct Found {
  const Key* key = nullptr;
  std::size_t length = 0;
};

/// Of keys that cover one another, the longest of the highest precedence survives and is found;
/// among denies the shortest.
Found lookup(const Keys& keys, const auto& survives) {
  Found found;
  for (std::size_t length = 0; length < kLengths; ++length) {
    const Key& key = keys[length];
    if (key.entries.empty() || !survives(key, length)) continue;
    const bool better =
        found.key == nullptr || key.precedence > found.key->precedence ||
        (key.precedence == found.key->precedence && key.precedence != precedence::kDeny);
    if (better) found = {&key, length};
  }
  return found;
}

const Key* stronger(const Found& identity, const Found& any) {
  if (identity.key == nullptr) return any.key;
  if (any.key == nullptr) return identity.key;
  if (identity.key->precedence != any.key->precedence)
    return identity.key->precedence > any.key->precedence ? identity.key : any.key;
  if (identity.key->precedence == precedence::kDeny) return identity.key;
  return any.length > identity.length ? any.key : identity.key;
}

}  // namespace

std::uint8_t precedence_of(const PolicyRule& rule, const PortFilter& filter) {
  if (rule.action == Action::deny) return precedence::kDeny;
  if (rule.action == Action::pass) return precedence::kPass;
  switch (filter.l7) {
    case L7Kind::http:
      return precedence::kHttp;
    case L7Kind::tls:
      return precedence::kTls;
    case L7Kind::dns:
      return precedence::kDns;
    case L7Kind::listener:
      return filter.listener_priority == 0
                 ? precedence::kListener
                 : static_cast<std::uint8_t>(UINT8_MAX - filter.listener_priority);
    case L7Kind::none:
      break;
  }
  return precedence::kAllow;
}

namespace {

/// The winner among candidates of one level, of which there are some.
Winner winner_of_level(std::span<const Candidate> candidates) {
  Keys identity;
  Keys any;
  for (const Candidate& each : candidates)
    (each.for_any ? any : identity)[each.prefix_length].add(*each.entry);
  const auto covered_by_any = [&](const Key& key, std::size_t length) {
    for (std::size_t shorter = 0; shorter <= length; ++shorter) {
      const std::uint8_t other = any[shorter].precedence;
      if (other > key.precedence || (other == key.precedence && other == precedence::kDeny))
        return true;
    }
    return false;
  };
  const Found of_any = lookup(any, [](const Key&, std::size_t) { return true; });
  const Found of_identity = lookup(
      identity, [&](const Key& key, std::size_t length) { return !covered_by_any(key, length); });
  Winner result;
  const Key* key = stronger(of_identity, of_any);
  result.precedence = key->precedence;
  for (const MapEntry* entry : key->entries)
    result.rules.insert(result.rules.end(), entry->rules.begin(), entry->rules.end());
  std::ranges::sort(result.rules);
  result.rules.erase(std::unique(result.rules.begin(), result.rules.end()), result.rules.end());
  return result;
}

Level level_of(const Candidate& candidate) { return candidate.entry->level; }

/// Asks several levels in their order.
std::optional<Winner> first_winner(std::vector<Candidate> candidates) {
  std::ranges::stable_sort(candidates, {}, level_of);
  for (auto at = candidates.begin(); at != candidates.end();) {
    const Level level = level_of(*at);
    const auto behind = std::find_if(
        at, candidates.end(), [&](const Candidate& each) { return level_of(each) != level; });
    Winner result = winner_of_level({at, behind});
    if (result.precedence != precedence::kPass) return result;
    at = std::find_if(behind, candidates.end(),
                      [&](const Candidate& each) { return level_of(each).tier != level.tier; });
  }
  return std::nullopt;
}

}  // namespace

std::optional<Winner> winner(std::span<const Candidate> candidates) {
  if (candidates.empty()) return std::nullopt;
  const Level level = level_of(candidates.front());
  const bool one_level = std::ranges::all_of(
      candidates, [&](const Candidate& each) { return level_of(each) == level; });
  if (!one_level) return first_winner({candidates.begin(), candidates.end()});
  Winner result = winner_of_level(candidates);
  return result.precedence == precedence::kPass ? std::nullopt : std::optional(std::move(result));
}

}  // namespace cnplint::policy
