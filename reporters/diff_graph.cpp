// SPDX-License-Identifier: Apache-2.0
//
// What a change does as a picture: what opens green, what closes red and dashed.
#include <map>

#include "base/text.h"
#include "policy/verdict/change_summary.h"
#include "reporters/diff.h"
#include "reporters/graph.h"

namespace cnplint::reporters {
namespace {

using policy::ChangeOfVerdict;

/// Draws changes; the same ends share a node.
class ChangeDrawing {
 public:
  explicit ChangeDrawing(const DiffReport& report) {
    for (const project::ClusterChanges& cluster : report.clusters)
      for (const policy::VerdictChange& each : cluster.changes) add(cluster.cluster, each);
  }
  [[nodiscard]] const Graph& graph() const { return graph_; }

 private:
  void add(const std::string& cluster, const policy::VerdictChange& change) {
    const std::uint32_t subject = node(cluster, change.subjects);
    std::vector<std::string> others = change.peers;
    if (change.everybody)
      others.insert(others.begin(), others.empty() ? "everybody" : "everybody but");
    const std::uint32_t peer = node(cluster, others);
    const bool ingress = change.direction == policy::Direction::ingress;
    constexpr std::size_t kMostPorts = 6;
    std::string label = policy::ports_text(change.ports, kMostPorts);
    if (change.change == ChangeOfVerdict::requests) label = "other requests of " + label;
    if (change.change == ChangeOfVerdict::authentication)
      label = "other authentication of " + label;
    const bool closed = change.change == ChangeOfVerdict::closed;
    const char* color = closed                                     ? "red"
                        : change.change == ChangeOfVerdict::opened ? "green"
                                                                   : "orange";
    graph_.edges.push_back(
        {ingress ? peer : subject, ingress ? subject : peer, std::move(label), color, closed});
  }

  std::uint32_t node(const std::string& cluster, const std::vector<std::string>& names) {
    const auto [found, added] = known_.try_emplace({cluster, base::joined(names, "\n")},
                                                   static_cast<std::uint32_t>(known_.size()));
    if (!added) return found->second;
    constexpr std::size_t kMostLines = 8;
    Graph::Node drawn{names, cluster};
    if (names.size() > kMostLines) {
      drawn.lines.resize(kMostLines);
      drawn.lines.push_back(std::to_string(names.size() - kMostLines) + " more");
    }
    graph_.nodes.push_back(std::move(drawn));
    return found->second;
  }

  Graph graph_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> known_;
};

}  // namespace

std::string render_diff_dot(const DiffReport& report) {
  return render_dot(ChangeDrawing(report).graph());
}
std::string render_diff_mermaid(const DiffReport& report) {
  return render_mermaid(ChangeDrawing(report).graph());
}

}  // namespace cnplint::reporters
