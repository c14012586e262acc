// SPDX-License-Identifier: Apache-2.0
//
// Who reaches whom as tables. Ends that nobody can tell apart share a row or a column.
#include <algorithm>
#include <map>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "reporters/reach.h"

namespace cnplint::reporters {
namespace {

using policy::Reach;

/// Ends whose cells are the same.
using Alike = std::vector<std::vector<std::uint32_t>>;

Alike alike(const std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>>& cells) {
  std::map<std::vector<std::uint32_t>, std::size_t> known;
  Alike groups;
  for (const auto& [end, values] : cells) {
    const auto [found, added] = known.try_emplace(values, groups.size());
    if (added) groups.emplace_back();
    groups[found->second].push_back(end);
  }
  return groups;
}

/// Who reaches some ends.
std::string table(const project::ClusterReach& each, const std::string& title,
                  const std::vector<std::uint32_t>& targets) {
  const Reach& reach = *each.reach;
  const policy::ReachNames names(reach);
  std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> rows;
  for (const std::uint32_t from : each.filter.sources(reach)) {
    const auto whole = each.reach->row(from);
    std::vector<std::uint32_t> row;
    for (const std::uint32_t to : targets)
      row.push_back(each.filter.has(reach, from, to) ? whole[to] : 0);
    if (std::ranges::any_of(row, [](std::uint32_t number) { return number != 0; }))
      rows.emplace_back(from, std::move(row));
  }
  std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> columns;
  for (std::uint32_t i = 0; i < targets.size(); ++i) {
    std::vector<std::uint32_t> column;
    for (const auto& row : rows) column.push_back(row.second[i]);
    columns.emplace_back(i, std::move(column));
  }
  std::vector<std::string> header{"from \\ to"};
  std::vector<std::uint32_t> shown;
  for (const auto& group : alike(columns)) {
    std::vector<std::uint32_t> ends;
    for (const std::uint32_t i : group) ends.push_back(targets[i]);
    shown.push_back(group.front());
    header.push_back(base::for_terminal(names.of(ends)));
  }
  std::vector<std::vector<std::string>> lines{std::move(header)};
  std::map<std::uint32_t, const std::vector<std::uint32_t>*> row_of;
  for (const auto& [from, row] : rows) row_of[from] = &row;
  for (const auto& group : alike(rows)) {
    std::vector<std::string> line{base::for_terminal(names.of(group))};
    for (const std::uint32_t column : shown) {
      const std::uint32_t number = (*row_of[group.front()])[column];
      line.push_back(number == 0 ? "-" : policy::passing_text(reach.passing(number)));
    }
    lines.push_back(std::move(line));
  }
  return base::for_terminal(title) + (rows.empty() ? ": nobody\n" : ":\n" + base::aligned(lines));
}

}  // namespace

std::string render_reach_matrix(const ReachReport& report) {
  std::string text;
  for (const project::ClusterReach& each : report) {
    std::map<std::string, std::vector<std::uint32_t>> namespaces;
    std::vector<std::uint32_t> others;
    std::vector<std::uint32_t> outside;
    for (const std::uint32_t to : each.filter.targets(*each.reach)) {
      const policy::ReachEnd& end = each.reach->ends()[to];
      (end.pod ? namespaces[end.ns] : end.outside ? outside : others).push_back(to);
    }
    const std::string prefix = report.size() > 1 ? "cluster " + each.cluster + ", " : "";
    const auto add = [&](const std::string& title, const std::vector<std::uint32_t>& targets) {
      if (targets.empty()) return;
      text += (text.empty() ? "" : "\n") + table(each, prefix + title, targets);
    };
    for (const auto& [ns, targets] : namespaces)
      if (!each.filter.ns || *each.filter.ns == ns)
        add(ns.empty() ? "pods without a namespace" : "namespace " + ns, targets);
    add("nodes and proxies", others);
    add("outside of the cluster", outside);
  }
  return text;
}

}  // namespace cnplint::reporters
