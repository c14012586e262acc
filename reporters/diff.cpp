// SPDX-License-Identifier: Apache-2.0
#include "reporters/diff.h"

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/text.h"
#include "flows/timestamp.h"
#include "policy/verdict/change_summary.h"

namespace cnplint::reporters {
namespace {

using policy::ChangeOfVerdict;
using policy::VerdictChange;

/// The names of changes in machine formats.
const char* kind_name(ChangeOfVerdict change) {
  switch (change) {
    case ChangeOfVerdict::opened:
      return "opened";
    case ChangeOfVerdict::closed:
      return "closed";
    case ChangeOfVerdict::requests:
      return "requests";
    default:
      return "authentication";
  }
}

std::string place_in(const project::State& state, policy::NodeRef rule) {
  return rule ? state.place(rule.range()) : std::string();
}

std::string summary_line(const DiffReport& report) {
  const DiffCounts counts = counts_of(report.clusters);
  if (counts.opened + counts.closed + counts.other == 0) return "no verdict changes";
  std::string text =
      std::to_string(counts.opened) + " opened, " + std::to_string(counts.closed) + " closed";
  if (counts.other > 0) text += ", " + std::to_string(counts.other) + " changed";
  return text;
}

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

/// What makes a change, in the words of each state; the new one first.
std::vector<std::pair<std::string, std::string>> causes(const DiffReport& report,
                                                        const VerdictChange& change) {
  std::vector<std::pair<std::string, std::string>> all;
  if (std::string now = place_in(report.after, change.after); !now.empty())
    all.emplace_back("now", std::move(now));
  if (std::string was = place_in(report.before, change.before); !was.empty())
    all.emplace_back("was", std::move(was));
  return all;
}

/// `2026-03-02`, or `2026-03-02 to 2026-03-08`; empty where no time is known.
std::string days_of(const flows::Span& span) {
  if (span.empty()) return "";
  constexpr std::size_t kDate = 10;
  const std::string first = flows::format_timestamp(span.first).substr(0, kDate);
  const std::string last = flows::format_timestamp(span.last).substr(0, kDate);
  return first == last ? first : first + " to " + last;
}

std::string flows_text(const project::ObservedChange& change) {
  const std::string days = days_of(change.span);
  return base::counted(change.flows, "flow") + (days.empty() ? "" : ", " + days);
}

/// What becomes of the connections of a capture: a heading, and the connections below it.
std::vector<std::pair<std::string, std::vector<std::string>>> observed_parts(
    const project::ObservedChanges& observed) {
  std::vector<std::pair<std::string, std::vector<std::string>>> parts;
  const auto add = [&](const std::vector<project::ObservedChange>& changes, const char* verb,
                       const char* what) {
    if (changes.empty()) return;
    std::vector<std::string> lines;
    for (const project::ObservedChange& each : changes)
      lines.push_back(each.connection + ", " + flows_text(each));
    parts.emplace_back(verb + base::counted(changes.size(), "observed connection") + what +
                           flows_text(project::ObservedChanges::total(changes)),
                       std::move(lines));
  };
  add(observed.closed, "closes ", " that carried ");
  add(observed.opened, "opens ", " that had denied ");
  if (parts.empty())
    parts.push_back(
        {"no verdict of " + base::counted(observed.connections, "observed connection") + " changes",
         {}});
  return parts;
}

std::string observed_text(const project::ObservedChanges& observed) {
  std::string text;
  for (const auto& [heading, lines] : observed_parts(observed)) {
    text += heading + (lines.empty() ? "\n" : ":\n");
    for (const std::string& each : lines) text += "  " + base::for_terminal(each) + "\n";
  }
  return text;
}

nlohmann::ordered_json observed_json(const std::vector<project::ObservedChange>& changes) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const project::ObservedChange& each : changes) {
    nlohmann::ordered_json json{{"connection", each.connection}, {"flows", each.flows}};
    if (!each.span.empty()) {
      json["first"] = flows::format_timestamp(each.span.first);
      json["last"] = flows::format_timestamp(each.span.last);
    }
    all.push_back(std::move(json));
  }
  return all;
}

}  // namespace

DiffCounts counts_of(const std::vector<project::ClusterChanges>& clusters) {
  DiffCounts counts;
  for (const project::ClusterChanges& cluster : clusters)
    for (const VerdictChange& each : cluster.changes) {
      if (each.change == ChangeOfVerdict::opened)
        ++counts.opened;
      else if (each.change == ChangeOfVerdict::closed)
        ++counts.closed;
      else
        ++counts.other;
    }
  return counts;
}

std::string render_diff_text(const DiffReport& report) {
  std::string text;
  for (const project::ClusterChanges& cluster : report.clusters) {
    if (!cluster.cluster.empty()) text += "cluster " + base::for_terminal(cluster.cluster) + ":\n";
    for (const VerdictChange& each : cluster.changes) {
      text += base::for_terminal(described(each)) + "\n";
      for (const auto& [when, where] : causes(report, each))
        text += "  " + when + " " + base::for_terminal(where) + "\n";
    }
  }
  if (report.observed != nullptr) text += observed_text(*report.observed);
  return text + summary_line(report) + "\n";
}

std::string render_diff_json(const DiffReport& report) {
  using nlohmann::ordered_json;
  ordered_json changes = ordered_json::array();
  for (const project::ClusterChanges& cluster : report.clusters)
    for (const VerdictChange& each : cluster.changes) {
      ordered_json json{{"change", kind_name(each.change)},
                        {"direction", std::string(policy::direction_name(each.direction))},
                        {"subjects", each.subjects},
                        {"everybodyBut", each.everybody},
                        {"peers", each.peers},
                        {"ports", ordered_json::array()}};
      if (!cluster.cluster.empty()) json["cluster"] = cluster.cluster;
      for (const policy::PortSpan& port : each.ports)
        json["ports"].push_back({{"protocol", std::string(policy::protocol_name(port.protocol))},
                                 {"first", port.first},
                                 {"last", port.last}});
      for (const auto& [when, where] : causes(report, each)) json[when] = where;
      json["text"] = described(each);
      changes.push_back(std::move(json));
    }
  const DiffCounts counts = counts_of(report.clusters);
  ordered_json json{
      {"formatVersion", "1"},
      {"before", report.before.name},
      {"after", report.after.name},
      {"counts", {{"opened", counts.opened}, {"closed", counts.closed}, {"changed", counts.other}}},
      {"changes", std::move(changes)}};
  if (report.observed != nullptr)
    json["observed"] = {{"connections", report.observed->connections},
                        {"closed", observed_json(report.observed->closed)},
                        {"opened", observed_json(report.observed->opened)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string render_diff_markdown(const DiffReport& report) {
  constexpr std::size_t kMostBytes = 60'000;
  std::string text = "**cnplint diff** " + as_code(report.before.name) + " → " +
                     as_code(report.after.name) + ": " + summary_line(report) + "\n";
  std::size_t left_out = 0;
  if (report.observed != nullptr)
    for (const auto& [heading, lines] : observed_parts(*report.observed)) {
      text += "\n" + heading + "\n";
      constexpr std::size_t kMostObserved = 20;
      for (std::size_t i = 0; i < lines.size() && i < kMostObserved; ++i)
        text += (i == 0 ? "\n- " : "- ") + as_code(lines[i]) + "\n";
      if (lines.size() > kMostObserved) left_out += lines.size() - kMostObserved;
    }
  for (const ChangeOfVerdict kind : {ChangeOfVerdict::opened, ChangeOfVerdict::closed,
                                     ChangeOfVerdict::requests, ChangeOfVerdict::authentication}) {
    std::string part;
    for (const project::ClusterChanges& cluster : report.clusters)
      for (const VerdictChange& each : cluster.changes) {
        if (each.change != kind) continue;
        std::string line = "- ";
        if (!cluster.cluster.empty()) line += as_code(cluster.cluster) + ": ";
        line += as_code(described(each));
        for (const auto& [when, where] : causes(report, each))
          line += "<br>" + when + " " + as_code(where);
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
      for (const policy::PortSpan& port : each.ports) {
        text += base::csv_cell(cluster.cluster) + "," + kind_name(each.change) + "," +
                std::string(policy::direction_name(each.direction)) + "," +
                base::csv_cell(base::joined(each.subjects, "; ")) +
                (each.everybody ? ",true," : ",false,") +
                base::csv_cell(base::joined(each.peers, "; ")) + "," +
                policy::spoken_protocol(port.protocol) + "," + std::to_string(port.first) + "," +
                std::to_string(port.last) + "," +
                base::csv_cell(place_in(report.after, each.after)) + "," +
                base::csv_cell(place_in(report.before, each.before)) + "\r\n";
      }
  return text;
}

}  // namespace cnplint::reporters
