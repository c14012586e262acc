// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/escape.h"
#include "base/text.h"
#include "policy/verdict/change_summary.h"
#include "reporters/diff_parts.h"

namespace cnplint::reporters {
namespace {

using policy::ChangeOfVerdict;
using policy::VerdictChange;

constexpr const char* kUnused = "no connection of the capture asks for it";

/// A text in a span of code: as many backticks around it as it needs.
std::string as_code(const std::string& text) {
  const std::string shown = base::for_terminal(text);
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : shown) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return longest == 0 ? fence + shown + fence : fence + " " + shown + " " + fence;
}

/// The cells of each range of ports: protocol, first and last; empty where a change has no ports.
std::vector<std::string> port_cells(const VerdictChange& change) {
  std::vector<std::string> cells;
  for (const policy::PortSpan& port : change.ports)
    cells.push_back(policy::spoken_protocol(port.protocol) + "," + std::to_string(port.first) +
                    "," + std::to_string(port.last));
  if (cells.empty()) cells.emplace_back(",,");
  return cells;
}

}  // namespace

std::string render_diff_text(const DiffReport& report) {
  std::string text;
  for (const project::ClusterChanges& cluster : report.clusters) {
    if (!cluster.cluster.empty()) text += "cluster " + base::for_terminal(cluster.cluster) + ":\n";
    for (const VerdictChange& each : cluster.changes) {
      text += base::for_terminal(described(each)) + "\n";
      for (const auto& [when, where] : causes(report, each))
        text += "  " + when + " " + base::for_terminal(where) + "\n";
      if (is_unused(report, each)) text += std::string("  ") + kUnused + "\n";
    }
  }
  for (const auto& [heading, lines] : diff_parts(report)) {
    text += heading + (lines.empty() ? "\n" : ":\n");
    for (const std::string& each : lines) text += "  " + base::for_terminal(each) + "\n";
  }
  return text + summary_line(report) + "\n";
}

std::string render_diff_markdown(const DiffReport& report) {
  constexpr std::size_t kMostBytes = 60'000;
  std::string text = "**cnplint diff** " + as_code(report.before.name) + " → " +
                     as_code(report.after.name) + ": " + summary_line(report) + "\n";
  std::size_t left_out = 0;
  for (const auto& [heading, lines] : diff_parts(report)) {
    text += "\n" + heading + "\n";
    constexpr std::size_t kMostLines = 20;
    for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i)
      text += (i == 0 ? "\n- " : "- ") + as_code(lines[i]) + "\n";
    if (lines.size() > kMostLines) left_out += lines.size() - kMostLines;
  }
  for (const ChangeOfVerdict kind :
       {ChangeOfVerdict::opened, ChangeOfVerdict::closed, ChangeOfVerdict::requests,
        ChangeOfVerdict::authentication, ChangeOfVerdict::default_deny,
        ChangeOfVerdict::no_default_deny}) {
    std::string part;
    for (const project::ClusterChanges& cluster : report.clusters)
      for (const VerdictChange& each : cluster.changes) {
        if (each.change != kind) continue;
        std::string line = "- ";
        if (!cluster.cluster.empty()) line += as_code(cluster.cluster) + ": ";
        line += as_code(described(each));
        for (const auto& [when, where] : causes(report, each))
          line += "<br>" + when + " " + as_code(where);
        if (is_unused(report, each)) line += std::string("<br>") + kUnused;
        line += "\n";
        if (text.size() + part.size() + line.size() > kMostBytes)
          ++left_out;
        else
          part += line;
      }
    if (part.empty()) continue;
    text += "\n<details open><summary>" + std::string(kind_name(kind)) + "</summary>\n\n" + part +
            "\n</details>\n";
  }
  if (left_out > 0) text += "\n" + std::to_string(left_out) + " more are left out.\n";
  return text;
}

std::string render_diff_csv(const DiffReport& report) {
  std::string text =
      "cluster,change,direction,subjects,everybody_but,peers,protocol,first,last,now,was\r\n";
  for (const project::ClusterChanges& cluster : report.clusters)
    for (const VerdictChange& each : cluster.changes)
      for (const std::string& ports : port_cells(each)) {
        text += base::csv_cell(cluster.cluster) + "," + kind_name(each.change) + "," +
                std::string(policy::direction_name(each.direction)) + "," +
                base::csv_cell(base::joined(each.subjects, "; ")) +
                (each.everybody ? ",true," : ",false,") +
                base::csv_cell(base::joined(each.peers, "; ")) + "," + ports + "," +
                base::csv_cell(place_in(report.after, each.after)) + "," +
                base::csv_cell(place_in(report.before, each.before)) + "\r\n";
      }
  return text;
}

}  // namespace cnplint::reporters
