// SPDX-License-Identifier: Apache-2.0
#include "reporters/reach.h"

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/text.h"

namespace cnplint::reporters {
namespace {

using policy::Passing;
using policy::Reach;
using policy::ReachLine;

/// The rules that let a connection pass, as `egress by FILE:LINE:COLUMN`.
std::vector<std::string> rules_of(const Passing& passing) {
  std::vector<std::string> texts;
  if (passing.egress) texts.push_back("egress by " + passing.egress.range().place());
  if (passing.ingress) texts.push_back("ingress by " + passing.ingress.range().place());
  return texts;
}

/// Parts of a list that the same rules let pass.
std::vector<std::pair<std::vector<std::string>, std::vector<Passing>>> by_rules(
    const std::vector<Passing>& passing) {
  std::vector<std::pair<std::vector<std::string>, std::vector<Passing>>> parts;
  for (const Passing& each : passing) {
    std::vector<std::string> rules = rules_of(each);
    auto part =
        std::ranges::find_if(parts, [&](const auto& known) { return known.first == rules; });
    if (part == parts.end())
      part = parts.emplace(parts.end(), std::move(rules), std::vector<Passing>());
    part->second.push_back(each);
  }
  return parts;
}

std::vector<std::string> names(const Reach& reach, const std::vector<std::uint32_t>& ends) {
  std::vector<std::string> all;
  for (const std::uint32_t each : ends) all.push_back(reach.ends()[each].name);
  return all;
}

nlohmann::ordered_json json_of(const Passing& passing) {
  nlohmann::ordered_json json{
      {"protocol", std::string(policy::protocol_name(passing.ports.protocol))},
      {"first", passing.ports.first},
      {"last", passing.ports.last},
      {"requests", passing.requests}};
  if (passing.egress) json["egress"] = passing.egress.range().place();
  if (passing.ingress) json["ingress"] = passing.ingress.range().place();
  return json;
}

}  // namespace

std::string render_reach_text(const ReachReport& report) {
  std::string text;
  for (const project::ClusterReach& each : report) {
    if (report.size() > 1) text += "cluster " + base::for_terminal(each.cluster) + ":\n";
    const auto lines = policy::reach_lines(*each.reach, each.filter);
    const policy::ReachNames names(*each.reach);
    if (lines.empty()) text += "nothing passes\n";
    for (const ReachLine& line : lines)
      for (const auto& [rules, passing] : by_rules(each.reach->passing(line.passing))) {
        text += base::for_terminal(names.of(line.from)) + " -> " +
                base::for_terminal(names.of(line.to)) + " on " + policy::passing_text(passing) +
                "\n";
        for (const std::string& rule : rules) text += "  " + base::for_terminal(rule) + "\n";
      }
  }
  return text;
}

std::string render_reach_json(const ReachReport& report) {
  using nlohmann::ordered_json;
  ordered_json connections = ordered_json::array();
  for (const project::ClusterReach& each : report) {
    const policy::ReachNames texts(*each.reach);
    for (const ReachLine& line : policy::reach_lines(*each.reach, each.filter)) {
      ordered_json json{{"from", names(*each.reach, line.from)},
                        {"to", names(*each.reach, line.to)},
                        {"ports", ordered_json::array()}};
      if (report.size() > 1) json["cluster"] = each.cluster;
      for (const Passing& passing : each.reach->passing(line.passing))
        json["ports"].push_back(json_of(passing));
      json["text"] = texts.of(line.from) + " -> " + texts.of(line.to) + " on " +
                     policy::passing_text(each.reach->passing(line.passing));
      connections.push_back(std::move(json));
    }
  }
  const ordered_json json{{"formatVersion", "1"}, {"connections", std::move(connections)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string render_reach_csv(const ReachReport& report) {
  std::string text = "cluster,from,to,protocol,first,last,requests,egress,ingress\r\n";
  for (const project::ClusterReach& each : report) {
    const Reach& reach = *each.reach;
    const std::string cluster = base::csv_cell(report.size() > 1 ? each.cluster : "");
    std::vector<std::string> cells;
    for (const policy::ReachEnd& end : reach.ends()) cells.push_back(base::csv_cell(end.name));
    const auto targets = each.filter.targets(reach);
    for (const std::uint32_t from : each.filter.sources(reach)) {
      const auto row = each.reach->row(from);
      for (const std::uint32_t to : targets) {
        if (row[to] == 0 || !each.filter.has(reach, from, to)) continue;
        if (reach.is_everything(row[to])) {
          text += cluster + "," + cells[from] + "," + cells[to] + ",any,0,65535,false,,\r\n";
          continue;
        }
        for (const Passing& passing : reach.passing(row[to])) {
          text += cluster + "," + cells[from] + "," + cells[to] + "," +
                  std::string(policy::protocol_name(passing.ports.protocol)) + "," +
                  std::to_string(passing.ports.first) + "," + std::to_string(passing.ports.last) +
                  (passing.requests ? ",true" : ",false");
          for (const policy::NodeRef rule : {passing.egress, passing.ingress})
            text += "," + (rule ? base::csv_cell(rule.range().place()) : std::string());
          text += "\r\n";
        }
      }
    }
  }
  return text;
}

}  // namespace cnplint::reporters
