// SPDX-License-Identifier: Apache-2.0
#include "reporters/coverage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "coverage/narrower_rule.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

using coverage::ConnectionCoverage;
using coverage::Coverage;
using policy::Direction;
using policy::NodeRef;

constexpr std::array<CoverageFormat, 6> kCoverageFormats{{{"text", render_coverage_text},
                                                          {"json", render_coverage_json},
                                                          {"junit", render_coverage_junit},
                                                          {"html", render_coverage_html},
                                                          {"cobertura", render_coverage_cobertura},
                                                          {"lcov", render_coverage_lcov}}};

/// The line where a node can be seen: its key, or its first byte.
void add_point(NodeRef where, std::uint64_t hits, std::uint32_t used, std::uint32_t points,
               RepositoryPlaces& places, CoveredLines& lines) {
  if (!where) return;
  const NodeRef key = where.key();
  const base::SourceRange range = (key ? key : where).range();
  CoveredLine& line = lines[places.path(*range.file)][range.first().line];
  line.hits = std::max(line.hits, hits);
  line.used += used;
  line.points += points;
}

std::string rounded(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", number);
  return text.data();
}

}  // namespace

std::span<const CoverageFormat> coverage_formats() { return kCoverageFormats; }

std::vector<NamespaceRow> by_namespace(const coverage::CoverageReport& report) {
  std::map<std::string, NamespaceRow> rows;
  for (const coverage::WorkloadCoverage& workload : report.workloads) {
    NamespaceRow& row = rows[workload.ns];
    row.name = workload.ns;
    row.workloads.push_back(&workload);
    for (std::size_t i = 0; i < coverage::kCoverages; ++i) {
      row.shares.by_coverage[i].connections += workload.shares.by_coverage[i].connections;
      row.shares.by_coverage[i].flows += workload.shares.by_coverage[i].flows;
    }
  }
  std::vector<NamespaceRow> sorted;
  for (auto& [name, row] : rows) sorted.push_back(std::move(row));
  return sorted;
}

std::string percent_text(double percent) {
  constexpr double kLeast = 0.1;
  constexpr double kMost = 99.9;
  if (percent > 0 && percent < kLeast) percent = kLeast;
  if (percent < 100 && percent > kMost) percent = kMost;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", percent);
  return text.data();
}

std::string share_text(const coverage::Shares& shares, Coverage coverage) {
  const std::uint64_t all = shares.total().flows;
  return all == 0 ? "-" : percent_text(coverage::percent(shares.of(coverage).flows, all)) + " %";
}

std::vector<const ConnectionCoverage*> uncovered(const CoverageView& view) {
  std::vector<const ConnectionCoverage*> found;
  const auto flows = [&](const ConnectionCoverage* each) {
    return view.traffic.connections[each->observed].passed;
  };
  for (const ConnectionCoverage& each : view.report.connections)
    if (each.coverage != Coverage::allowed && flows(&each) > 0) found.push_back(&each);
  std::ranges::stable_sort(found, {}, [&](const ConnectionCoverage* each) {
    return std::pair(each->coverage == Coverage::denied ? 0 : 1, ~flows(each));
  });
  return found;
}

std::string reason_text(const ConnectionCoverage& connection) {
  if (connection.coverage == Coverage::shadow) return "no policy selects either end";
  std::string text;
  for (const Direction direction : {Direction::egress, Direction::ingress}) {
    const policy::SideResult& side = connection.side(direction);
    if (side.passes()) continue;
    text += (text.empty() ? "" : "; ") + std::string(policy::direction_name(direction)) + ": ";
    text += side.policies.empty() ? "no rule allows it" : "denied by " + side.policies.front();
  }
  return text;
}

CoveredLines covered_lines(const coverage::CoverageReport& report) {
  CoveredLines lines;
  RepositoryPlaces places;
  for (const coverage::PolicyCoverage& policy : report.policies)
    for (const auto& [selector, flows] : policy.selectors)
      add_point(selector, flows, flows > 0 ? 1 : 0, 1, places, lines);
  for (const coverage::RuleCoverage& rule : report.rules) {
    if (!rule.instrumented) continue;
    std::uint32_t used = rule.used() ? 1 : 0;
    std::uint32_t points = 1;
    for (const auto* parts : {&rule.peers, &rule.ports})
      for (const coverage::PartCoverage& part : *parts) {
        const std::uint32_t hit = part.connections > 0 ? 1 : 0;
        used += hit;
        ++points;
        add_point(part.where, part.flows, hit, 1, places, lines);
      }
    add_point(rule.where, rule.flows, used, points, places, lines);
  }
  return lines;
}

std::string place_text(NodeRef where) {
  const base::SourceRange range = where.range();
  return working_path(range.file->path()) + ":" + std::to_string(range.first().line);
}

std::vector<std::string> remarks(const coverage::RuleCoverage& rule) {
  std::vector<std::string> found;
  for (const coverage::PartCoverage& peer : rule.peers) {
    const std::string name = "`" + coverage::one_line(peer.where) + "`";
    if (rule.used() && peer.connections == 0) found.push_back("peer " + name + " is not used");
    if (!rule.deny && peer.connections > 0 && peer.admits &&
        *peer.admits > static_cast<double>(peer.seen))
      found.push_back("peer " + name + " admits " + rounded(*peer.admits) + ", " +
                      std::to_string(peer.seen) + " seen" +
                      (peer.narrower.empty() ? "" : "; " + peer.narrower + " is enough"));
    if (!peer.names.empty())
      found.push_back("peer " + name + " could be toFQDNs: " + base::joined(peer.names, ", "));
  }
  for (const coverage::PartCoverage& port : rule.ports) {
    const std::string name = "`" + coverage::one_line(port.where) + "`";
    if (rule.used() && port.connections == 0) found.push_back("port " + name + " is not used");
    if (!port.narrower.empty())
      found.push_back("of the range " + name + " only " + port.narrower + " was used");
  }
  found.insert(found.end(), rule.mergeable.begin(), rule.mergeable.end());
  if (!rule.narrower.empty()) found.push_back("the narrower rule: " + rule.narrower);
  return found;
}

}  // namespace cnplint::reporters
