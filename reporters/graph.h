// SPDX-License-Identifier: Apache-2.0
//
// Connections as a picture: boxes, one for each namespace, and arrows with ports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cnplint::reporters {

/// What is drawn. All texts are as they came: both languages have their own escapes.
struct Graph {
  struct Node {
    std::vector<std::string> lines;
    std::string box;  ///< the namespace; empty: in none
  };
  struct Edge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::string label;
    const char* color = "";  ///< as both languages know it; empty: as usual
    bool dashed = false;
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

/// For Graphviz.
std::string render_dot(const Graph& graph);
/// For Mermaid, as GitHub and GitLab draw it in Markdown.
std::string render_mermaid(const Graph& graph);

}  // namespace cnplint::reporters
