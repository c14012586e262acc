// SPDX-License-Identifier: Apache-2.0
#include "reporters/graph.h"

#include <cstdio>
#include <map>

#include "base/escape.h"

namespace cnplint::reporters {
namespace {

/// Nodes by their boxes, in order.
std::map<std::string, std::vector<std::uint32_t>> boxes_of(const Graph& graph) {
  std::map<std::string, std::vector<std::uint32_t>> boxes;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) boxes[graph.nodes[i].box].push_back(i);
  return boxes;
}

/// Inside of double quotes in dot.
std::string dot_text(const std::string& value) {
  std::string text;
  for (const char c : base::for_terminal(value)) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

/// Inside of double quotes in Mermaid: what has a meaning there or in HTML is written as a number.
std::string mermaid_text(const std::string& value) {
  std::string text;
  for (const char c : base::for_terminal(value)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view(" -_./:,=()").find(c) != std::string_view::npos ||
                       static_cast<unsigned char>(c) >= 0x80;
    if (plain)
      text += c;
    else
      text += "#" + std::to_string(static_cast<int>(c)) + ";";
  }
  return text;
}

template <class Escape>
std::string label(const std::vector<std::string>& lines, const char* newline, Escape escape) {
  std::string text;
  for (const std::string& each : lines) {
    if (!text.empty()) text += newline;
    text += escape(each);
  }
  return text;
}

}  // namespace

std::string render_dot(const Graph& graph) {
  std::string text = "digraph {\n  rankdir=LR\n  node [shape=box]\n";
  std::size_t number = 0;
  for (const auto& [box, nodes] : boxes_of(graph)) {
    const std::string indent = box.empty() ? "  " : "    ";
    if (!box.empty())
      text += "  subgraph cluster_" + std::to_string(number++) + " {\n    label=\"" +
              dot_text(box) + "\"\n";
    for (const std::uint32_t each : nodes)
      text += indent + "n" + std::to_string(each) + " [label=\"" +
              label(graph.nodes[each].lines, "\\n", dot_text) + "\"]\n";
    if (!box.empty()) text += "  }\n";
  }
  for (const Graph::Edge& each : graph.edges) {
    text += "  n" + std::to_string(each.from) + " -> n" + std::to_string(each.to) + " [label=\"" +
            dot_text(each.label) + "\"";
    if (*each.color != '\0')
      text += std::string(" color=") + each.color + " fontcolor=" + each.color;
    if (each.dashed) text += " style=dashed";
    text += "]\n";
  }
  return text + "}\n";
}

std::string render_mermaid(const Graph& graph) {
  std::string text = "flowchart LR\n";
  std::size_t number = 0;
  for (const auto& [box, nodes] : boxes_of(graph)) {
    const std::string indent = box.empty() ? "  " : "    ";
    if (!box.empty())
      text += "  subgraph s" + std::to_string(number++) + "[\"" + mermaid_text(box) + "\"]\n";
    for (const std::uint32_t each : nodes)
      text += indent + "n" + std::to_string(each) + "[\"" +
              label(graph.nodes[each].lines, "<br>", mermaid_text) + "\"]\n";
    if (!box.empty()) text += "  end\n";
  }
  for (const Graph::Edge& each : graph.edges)
    text += "  n" + std::to_string(each.from) + (each.dashed ? " -. \"" : " -- \"") +
            mermaid_text(each.label) + (each.dashed ? "\" .-> n" : "\" --> n") +
            std::to_string(each.to) + "\n";
  for (std::size_t i = 0; i < graph.edges.size(); ++i)
    if (*graph.edges[i].color != '\0')
      text += "  linkStyle " + std::to_string(i) + " stroke:" + graph.edges[i].color + "\n";
  return text;
}

}  // namespace cnplint::reporters
