// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/reach_lines.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "policy/verdict/change_summary.h"

namespace cnplint::policy {
namespace {

std::vector<std::uint32_t> all_usual(const Reach& reach) {
  std::vector<std::uint32_t> all(reach.usual());
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

bool contains(const std::vector<std::uint32_t>& sorted, std::uint32_t each) {
  return std::ranges::binary_search(sorted, each);
}

}  // namespace

bool ReachFilter::has(const Reach& reach, std::uint32_t source, std::uint32_t target) const {
  return !ns || reach.ends()[source].ns == *ns || reach.ends()[target].ns == *ns;
}

std::vector<std::uint32_t> ReachFilter::sources(const Reach& reach) const {
  return from ? *from : all_usual(reach);
}

std::vector<std::uint32_t> ReachFilter::targets(const Reach& reach) const {
  return to ? *to : all_usual(reach);
}

std::vector<ReachLine> reach_lines(Reach& reach, const ReachFilter& filter) {
  const std::vector<std::uint32_t> targets = filter.targets(reach);
  std::map<std::vector<std::uint32_t>, std::vector<std::uint32_t>> sources_of;  // by their row
  for (const std::uint32_t from : filter.sources(reach)) {
    const std::vector<std::uint32_t> whole = reach.row(from);
    std::vector<std::uint32_t> row;
    row.reserve(targets.size());
    for (const std::uint32_t to : targets)
      row.push_back(filter.has(reach, from, to) ? whole[to] : 0);
    sources_of[std::move(row)].push_back(from);
  }
  std::map<std::pair<std::uint32_t, std::vector<std::uint32_t>>, std::vector<std::uint32_t>> joined;
  for (const auto& [row, sources] : sources_of) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> by_passing;
    for (std::size_t i = 0; i < targets.size(); ++i)
      if (row[i] != 0) by_passing[row[i]].push_back(targets[i]);
    for (const auto& [passing, to] : by_passing) {
      auto& from = joined[{passing, to}];
      from.insert(from.end(), sources.begin(), sources.end());
    }
  }
  std::vector<ReachLine> lines;
  for (auto& [key, from] : joined) {
    std::ranges::sort(from);
    lines.push_back({std::move(from), key.second, key.first});
  }
  std::ranges::sort(
      lines, {}, [](const ReachLine& each) { return std::tie(each.from, each.to, each.passing); });
  return lines;
}

ReachNames::ReachNames(const Reach& reach) : reach_(reach) {
  for (std::uint32_t i = 0; i < reach.usual(); ++i) {
    const ReachEnd& end = reach.ends()[i];
    if (end.pod) ++pods_[end.ns];
    if (end.outside) ++outside_;
  }
  find_parents();
}

void ReachNames::find_parents() {
  std::map<std::string, Prefix> wider;  // by prefix_key: what has a prefix stands before it
  for (std::uint32_t i = 0; i < reach_.usual(); ++i) {
    const ReachEnd& end = reach_.ends()[i];
    if (!end.outside) continue;
    parents_[end.name];
    if (const auto prefix = parse_prefix(end.name))
      wider.emplace(prefix_key(prefix->address, prefix->length), *prefix);
  }
  std::vector<const Prefix*> open;
  for (const auto& [key, prefix] : wider) {
    while (!open.empty() && !open.back()->contains(prefix)) open.pop_back();
    std::string& parent = parents_[masked_text(prefix)];
    const std::string family = prefix.address.v6 ? "world-ipv6" : "world-ipv4";
    if (!open.empty())
      parent = masked_text(*open.back());
    else if (parents_.contains(family))
      parent = family;
    else if (parents_.contains("world"))
      parent = "world";
    open.push_back(&prefix);
  }
}

std::vector<std::string> ReachNames::names(const std::vector<std::uint32_t>& ends) const {
  std::map<std::string, std::vector<std::string>> pods;
  std::vector<std::string> entities;
  std::vector<std::string> outside;
  for (const std::uint32_t each : ends) {
    const ReachEnd& end = reach_.ends()[each];
    const bool asked = each >= reach_.usual();
    std::vector<std::string>& where = asked         ? entities
                                      : end.pod     ? pods[end.ns]
                                      : end.outside ? outside
                                                    : entities;
    where.push_back(end.name);
  }
  std::vector<std::string> result = names_of_pods(pods);
  result.insert(result.end(), entities.begin(), entities.end());
  if (outside.size() >= outside_ && outside_ > 0)
    result.emplace_back("world");
  else
    for (std::string& each : outside_names(outside)) result.push_back(std::move(each));
  return result;
}

std::vector<std::string> ReachNames::names_of_pods(
    const std::map<std::string, std::vector<std::string>>& pods) const {
  const auto whole = [&](const auto& entry) {
    const auto known = pods_.find(entry.first);
    return known != pods_.end() && entry.second.size() >= known->second;
  };
  const auto count =
      std::accumulate(pods_.begin(), pods_.end(), std::size_t{0},
                      [](std::size_t sum, const auto& entry) { return sum + entry.second; });
  if (count > 1 && pods.size() == pods_.size() && std::ranges::all_of(pods, whole))
    return {"every pod"};
  std::vector<std::string> result;
  for (const auto& entry : pods)
    if (entry.second.size() > 1 && whole(entry))
      result.push_back("every pod of " + (entry.first.empty() ? "no namespace" : entry.first));
    else
      result.insert(result.end(), entry.second.begin(), entry.second.end());
  return result;
}

/// Of pieces that lie in each other the widest, with what it is without.
std::vector<std::string> ReachNames::outside_names(const std::vector<std::string>& names) const {
  const std::set<std::string> present(names.begin(), names.end());
  std::map<std::string, std::vector<std::string>> without;
  std::vector<std::string> result;
  for (const auto& [name, parent] : parents_) {
    if (present.contains(name) && !present.contains(parent)) result.push_back(name);
    if (present.contains(name) || !present.contains(parent)) continue;
    std::string root = parent;
    while (present.contains(parents_.at(root))) root = parents_.at(root);
    without[root].push_back(name);
  }
  for (std::string& name : result)
    if (const auto found = without.find(name); found != without.end()) {
      constexpr std::size_t kMost = 12;
      name += " but " + base::first_few(std::move(found->second), kMost);
    }
  return result;
}

std::string ReachNames::of(const std::vector<std::uint32_t>& ends) const {
  std::vector<std::string> texts = names(ends);
  constexpr std::size_t kMany = 2;
  const bool most = texts.size() > kMany && ends.size() * 2 > reach_.usual();
  if (most || ends.size() == reach_.usual()) {
    std::vector<std::uint32_t> others;
    for (const std::uint32_t each : all_usual(reach_))
      if (!contains(ends, each)) others.push_back(each);
    if (others.empty()) return "everybody";
    std::vector<std::string> without = names(others);
    if (without.size() < texts.size()) return "everybody but " + base::joined(without, ", ");
  }
  return base::joined(texts, ", ");
}

std::string passing_text(const std::vector<Passing>& passing, std::size_t most) {
  std::vector<PortSpan> open;
  std::vector<PortSpan> judged;
  for (const Passing& each : passing) (each.requests ? judged : open).push_back(each.ports);
  std::string text = open.empty() ? "" : ports_text(open, most);
  if (!judged.empty())
    text += (text.empty() ? "some requests of " : "; some requests of ") + ports_text(judged, most);
  return text;
}

}  // namespace cnplint::policy
