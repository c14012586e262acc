// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/compared_peers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "policy/verdict/rule.h"

namespace cnplint::policy {

ComparedPeers::ComparedPeers(std::vector<const VerdictEngine*> engines)
    : engines_(std::move(engines)), selected_(engines_.size()) {
  using Facts = std::vector<std::pair<EndpointKind, std::vector<NamedPort>>>;
  std::map<Facts, std::uint32_t> known;
  const auto count = static_cast<std::uint32_t>(engines_.front()->endpoints().size());
  for (std::uint32_t i = 0; i < count; ++i) {
    Facts facts;
    for (const VerdictEngine* engine : engines_) {
      const Endpoint& endpoint = engine->endpoints()[i];
      facts.emplace_back(endpoint.kind, endpoint.named_ports);
    }
    const auto [found, added] =
        known.try_emplace(std::move(facts), static_cast<std::uint32_t>(known.size()));
    if (added) by_traits_.emplace_back();
    by_traits_[found->second].push_back(i);
    traits_.push_back(found->second);
  }
}

std::vector<std::vector<std::uint32_t>> ComparedPeers::alike_subjects(Direction direction,
                                                                      std::uint32_t count) const {
  using Key = std::pair<std::vector<std::vector<std::uint32_t>>, std::uint32_t>;
  std::map<Key, std::size_t> known;
  std::vector<std::vector<std::uint32_t>> groups;
  for (std::uint32_t subject = 0; subject < count; ++subject) {
    if (!is_local(engines_.back()->endpoints()[subject].kind)) continue;
    Key key{{}, traits_[subject]};
    for (const VerdictEngine* engine : engines_) {
      const auto rules = engine->rules_of_subject(direction, subject);
      key.first.emplace_back(rules.begin(), rules.end());
    }
    const auto [found, added] = known.try_emplace(std::move(key), groups.size());
    if (added) groups.emplace_back();
    groups[found->second].push_back(subject);
  }
  return groups;
}

ComparedPeers::Signatures ComparedPeers::signatures(Direction direction, std::uint32_t subject) {
  Signatures signatures;
  std::uint64_t salt = 1;
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    const RuleBase& base = engines_[i]->rule_base();
    std::set<std::uint32_t> selectors;
    for (const std::uint32_t rule : engines_[i]->rules_of_subject(direction, subject))
      selectors.insert(base.rules[rule].peers.begin(), base.rules[rule].peers.end());
    for (const std::uint32_t selector : selectors) {
      salt = salt * 6364136223846793005U + 1442695040888963407U;
      if (base.selectors[selector].empty()) continue;  // everybody
      for (const std::uint32_t peer : selected_by(i, selector)) signatures[peer] ^= salt;
    }
  }
  return signatures;
}

std::vector<PeerClass> ComparedPeers::of(const Signatures& signatures) const {
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::size_t> known;
  std::vector<PeerClass> classes;
  for (const auto& [peer, signature] : signatures) {
    const auto [found, added] = known.try_emplace({signature, traits_[peer]}, classes.size());
    if (added) classes.push_back({{}, true});
    classes[found->second].members.push_back(peer);
  }
  for (const std::vector<std::uint32_t>& alike : by_traits_) {
    const auto first =
        std::ranges::find_if(alike, [&](std::uint32_t each) { return !signatures.contains(each); });
    if (first != alike.end()) classes.push_back({{*first}, false});
  }
  return classes;
}

PeerClass ComparedPeers::whole(const PeerClass& unselected, const Signatures& signatures) const {
  PeerClass all;
  for (const std::uint32_t each : by_traits_[traits_[unselected.members.front()]])
    if (!signatures.contains(each)) all.members.push_back(each);
  return all;
}

const std::vector<std::uint32_t>& ComparedPeers::selected_by(std::size_t engine,
                                                             std::uint32_t selector) {
  const auto [found, added] = selected_[engine].try_emplace(selector);
  if (added) found->second = engines_[engine]->peers_of_selector(selector);
  return found->second;
}

}  // namespace cnplint::policy
