// SPDX-License-Identifier: Apache-2.0
//
// Who reaches whom as a picture. Ends of a namespace that nobody can tell apart share a node; who
// is reached by everybody, or reaches everybody, has one arrow for it.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "reporters/graph.h"
#include "reporters/reach.h"

namespace cnplint::reporters {
namespace {

using policy::Reach;
using policy::ReachEnd;

/// Draws the matrix of one cluster.
class Drawing {
 public:
  Drawing(const project::ClusterReach& cluster, bool named, Graph& graph)
      : reach_(*cluster.reach), filter_(cluster.filter), graph_(graph) {
    if (named) prefix_ = cluster.cluster + ": ";
    sources_ = filter_.sources(reach_);
    targets_ = filter_.targets(reach_);
    for (const std::uint32_t from : sources_) rows_[from] = row(from);
    group();
    connect();
  }

 private:
  [[nodiscard]] std::vector<std::uint32_t> row(std::uint32_t from) {
    const std::vector<std::uint32_t> whole = reach_.row(from);
    std::vector<std::uint32_t> result(reach_.ends().size());
    for (const std::uint32_t to : targets_)
      if (filter_.has(reach_, from, to)) result[to] = whole[to];
    return result;
  }

  /// Ends by their namespace, whom they reach and who reaches them.
  void group() {
    std::map<std::tuple<std::string, bool, std::vector<std::uint32_t>, std::vector<std::uint32_t>>,
             std::size_t>
        known;
    std::vector<std::vector<std::uint32_t>> columns(reach_.ends().size());
    for (const std::uint32_t from : sources_)
      for (const std::uint32_t to : targets_) columns[to].push_back(rows_[from][to]);
    for (std::uint32_t end = 0; end < reach_.ends().size(); ++end) {
      const ReachEnd& facts = reach_.ends()[end];
      const auto found_row = rows_.find(end);
      auto its_row = found_row == rows_.end() ? std::vector<std::uint32_t>() : found_row->second;
      if (is_nothing(its_row) && is_nothing(columns[end])) continue;
      const auto [found, added] =
          known.try_emplace({facts.ns, facts.pod, its_row, columns[end]}, groups_.size());
      if (added) {
        groups_.emplace_back();
        uniform_in_.push_back(uniform(columns[end]));
        std::vector<std::uint32_t> reached;
        for (const std::uint32_t to : targets_)
          if (!its_row.empty()) reached.push_back(its_row[to]);
        uniform_out_.push_back(uniform(reached));
      }
      groups_[found->second].push_back(end);
    }
  }

  static bool is_nothing(const std::vector<std::uint32_t>& numbers) {
    return std::ranges::all_of(numbers, [](std::uint32_t number) { return number == 0; });
  }
  /// What passes to or from everybody; 0 where that is not the same.
  static std::uint32_t uniform(const std::vector<std::uint32_t>& numbers) {
    if (numbers.size() < 2) return 0;
    return std::ranges::count(numbers, numbers.front()) == std::ssize(numbers) ? numbers.front()
                                                                               : 0;
  }

  void connect() {
    const auto first = static_cast<std::uint32_t>(graph_.nodes.size());
    for (const auto& members : groups_) graph_.nodes.push_back(node_of(members));
    const auto count = static_cast<std::uint32_t>(groups_.size());
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t end = groups_[i].front();
      if (uniform_in_[i] != 0) edge(everybody(), first + i, uniform_in_[i]);
      if (uniform_out_[i] != 0) edge(first + i, everybody(), uniform_out_[i]);
      if (uniform_out_[i] != 0 || !rows_.contains(end)) continue;
      for (std::uint32_t j = 0; j < count; ++j)
        if (uniform_in_[j] == 0)
          if (const std::uint32_t number = rows_[end][groups_[j].front()]; number != 0)
            edge(first + i, first + j, number);
    }
  }

  [[nodiscard]] Graph::Node node_of(const std::vector<std::uint32_t>& members) const {
    const ReachEnd& first = reach_.ends()[members.front()];
    Graph::Node node;
    if (first.pod) node.box = prefix_ + (first.ns.empty() ? "any namespace" : first.ns);
    constexpr std::size_t kMostLines = 8;
    for (const std::uint32_t each : members) {
      if (node.lines.size() == kMostLines) {
        node.lines.push_back(std::to_string(members.size() - kMostLines) + " more");
        break;
      }
      node.lines.push_back((first.pod ? "" : prefix_) + reach_.ends()[each].name);
    }
    return node;
  }

  std::uint32_t everybody() {
    if (!everybody_) {
      everybody_ = static_cast<std::uint32_t>(graph_.nodes.size());
      graph_.nodes.push_back({{prefix_ + "everybody"}, {}});
    }
    return *everybody_;
  }

  void edge(std::uint32_t from, std::uint32_t to, std::uint32_t number) {
    constexpr std::size_t kMostPorts = 6;
    graph_.edges.push_back(
        {from, to, policy::passing_text(reach_.passing(number), kMostPorts), "", false});
  }

  Reach& reach_;
  const policy::ReachFilter& filter_;
  Graph& graph_;
  std::string prefix_;
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint32_t> targets_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> rows_;
  std::vector<std::vector<std::uint32_t>> groups_;  ///< of ends
  std::vector<std::uint32_t> uniform_in_;           ///< of groups: what everybody may send them
  std::vector<std::uint32_t> uniform_out_;
  std::optional<std::uint32_t> everybody_;
};

Graph graph_of(const ReachReport& report) {
  Graph graph;
  for (const project::ClusterReach& each : report) Drawing(each, report.size() > 1, graph);
  return graph;
}

}  // namespace

std::string render_reach_dot(const ReachReport& report) { return render_dot(graph_of(report)); }
std::string render_reach_mermaid(const ReachReport& report) {
  return render_mermaid(graph_of(report));
}

}  // namespace cnplint::reporters
