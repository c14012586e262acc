// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>

#include "base/escape.h"
#include "base/text.h"
#include "flows/export/export.h"

namespace cnplint::flows {
namespace {

/// What an edge of the graph shows: connections between two ends, whatever their direction.
struct Edge {
  std::set<std::string> ports;
  bool refused = false;  ///< some of it did not pass
};

struct Graph {
  std::map<std::string, std::string> nodes;  ///< names of ends with their identifiers
  std::map<std::pair<std::string, std::string>, Edge> edges;
};

Graph graph_of(const Capture& capture) {
  Graph graph;
  for (const CapturedEndpoint& endpoint : capture.endpoints) graph.nodes[display_name(endpoint)];
  std::size_t number = 0;
  for (auto& [name, identifier] : graph.nodes) identifier = "n" + std::to_string(number++);
  for (const CapturedConnection& each : capture.connections) {
    Edge& edge = graph.edges[{display_name(capture.endpoints[each.source]),
                              display_name(capture.endpoints[each.destination])}];
    edge.ports.insert(port_text(each.protocol, each.port));
    edge.refused |= !has_passed(each.outcome) && each.outcome != FlowOutcome::unknown;
  }
  return graph;
}

/// For a text between double quotes in the DOT language.
std::string for_dot(std::string_view text) {
  std::string result;
  for (const char c : base::for_terminal(text)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// For a text between double quotes in Mermaid: entities, which it spells with `#`.
std::string for_mermaid(std::string_view text) {
  std::string result;
  for (const char c : base::for_terminal(text)) {
    if (std::string_view("\"#&<>[]{}()|;`").find(c) == std::string_view::npos)
      result += c;
    else
      result += "#" + std::to_string(static_cast<int>(c)) + ";";
  }
  return result;
}

}  // namespace

std::string export_dot(const Capture& capture) {
  const Graph graph = graph_of(capture);
  std::string text = "digraph flows {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const auto& [name, identifier] : graph.nodes)
    text += "  " + identifier + " [label=\"" + for_dot(name) + "\"];\n";
  for (const auto& [ends, edge] : graph.edges)
    text += "  " + graph.nodes.at(ends.first) + " -> " + graph.nodes.at(ends.second) +
            " [label=\"" + for_dot(base::joined(edge.ports, ", ")) + "\"" +
            (edge.refused ? ", style=dashed" : "") + "];\n";
  return text + "}\n";
}

std::string export_mermaid(const Capture& capture) {
  const Graph graph = graph_of(capture);
  std::string text = "flowchart LR\n";
  for (const auto& [name, identifier] : graph.nodes)
    text += "  " + identifier + "[\"" + for_mermaid(name) + "\"]\n";
  for (const auto& [ends, edge] : graph.edges)
    text += "  " + graph.nodes.at(ends.first) + (edge.refused ? " -.->|\"" : " -->|\"") +
            for_mermaid(base::joined(edge.ports, ", ")) + "\"| " + graph.nodes.at(ends.second) +
            "\n";
  return text;
}

}  // namespace cnplint::flows
