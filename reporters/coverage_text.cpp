// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/escape.h"
#include "base/text.h"
#include "reporters/coverage.h"
#include "reporters/paint.h"

namespace cnplint::reporters {
namespace {

using coverage::Coverage;

constexpr std::size_t kShown = 20;
using Row = std::array<std::string, 8>;

Row row_of(const std::string& name, const coverage::Shares& shares, std::uint64_t drift,
           const std::string& unseen) {
  return {name,
          std::to_string(shares.total().connections),
          std::to_string(shares.total().flows),
          share_text(shares, Coverage::allowed),
          share_text(shares, Coverage::shadow),
          share_text(shares, Coverage::denied),
          std::to_string(drift),
          unseen};
}

void add_namespace(const NamespaceRow& ns, const Paint& paint, std::string& text) {
  std::vector<Row> rows{
      {"WORKLOAD", "CONNECTIONS", "FLOWS", "ALLOWED", "SHADOW", "DENIED", "DRIFT", "UNSEEN"}};
  std::uint64_t drift = 0;
  for (const coverage::WorkloadCoverage* each : ns.workloads) {
    rows.push_back(row_of(base::for_terminal(each->name), each->shares, each->drift,
                          "~" + percent_text(each->sample.unseen()) + " %"));
    drift += each->drift;
  }
  if (ns.workloads.size() > 1) rows.push_back(row_of("all", ns.shares, drift, ""));
  std::array<std::size_t, 8> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], base::code_points(row[i]));
  text += paint.bold("namespace " + base::for_terminal(ns.name)) + "\n";
  for (const Row& row : rows) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      // Names stand left, numbers right.
      const std::string blanks(widths[i] - base::code_points(row[i]), ' ');
      line += (i == 0 ? row[i] + blanks : blanks + row[i]) + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  text += "\n";
}

void add_uncovered(const CoverageView& view, const Paint& paint, std::string& text) {
  const auto connections = uncovered(view);
  if (connections.empty()) return;
  text += paint.bold("not covered, worst first") + "\n";
  for (std::size_t i = 0; i < std::min(kShown, connections.size()); ++i) {
    const coverage::ConnectionCoverage& each = *connections[i];
    const coverage::ObservedConnection& seen = view.traffic.connections[each.observed];
    const bool denied = each.coverage == Coverage::denied;
    std::string line = coverage::described(seen, view.traffic);
    if (!seen.names.empty()) line += " (" + seen.names.front() + ")";
    text += "  " +
            paint.colored(denied ? Color::red : Color::yellow, denied ? "denied" : "shadow") +
            "  " + base::for_terminal(line) + ", " + base::counted(seen.passed, "flow") + ": " +
            base::for_terminal(reason_text(each)) + "\n";
  }
  if (connections.size() > kShown)
    text += "  and " + std::to_string(connections.size() - kShown) +
            " more; `-o json` has all of them\n";
  text += "\n";
}

void add_drift(const CoverageView& view, const Paint& paint, std::string& text) {
  std::size_t count = 0;
  for (const coverage::ConnectionCoverage& each : view.report.connections)
    for (const coverage::DriftReason& reason : each.drift) {
      if (count++ == 0) text += paint.bold("drift between cluster and repository") + "\n";
      if (count > kShown) continue;
      text += "  " +
              base::for_terminal(
                  coverage::described(view.traffic.connections[each.observed], view.traffic)) +
              " " + std::string(policy::direction_name(reason.direction)) + ": " +
              base::for_terminal(reason.message) + "\n";
    }
  if (count > kShown) text += "  and " + std::to_string(count - kShown) + " more\n";
  if (count > 0) text += "\n";
}

void add_requests(const CoverageView& view, const Paint& paint, std::string& text) {
  bool first = true;
  for (const coverage::ConnectionCoverage& each : view.report.connections)
    for (const std::string& request : each.denied_requests) {
      if (std::exchange(first, false))
        text += paint.bold("requests that passed and L7 rules would refuse") + "\n";
      text += "  " +
              base::for_terminal(
                  coverage::described(view.traffic.connections[each.observed], view.traffic) +
                  ": " + request) +
              "\n";
    }
  if (!first) text += "\n";
}

void add_policies(const CoverageView& view, const Paint& paint, std::string& text) {
  const coverage::CoverageReport& report = view.report;
  if (!report.policies.empty()) text += paint.bold("policies") + "\n";
  for (const coverage::PolicyCoverage& policy : report.policies) {
    std::size_t used = 0;
    std::size_t all = 0;
    for (std::uint32_t i = policy.first_rule; i < policy.end_rule; ++i) {
      all += report.rules[i].instrumented ? 1 : 0;
      used += report.rules[i].instrumented && report.rules[i].used() ? 1 : 0;
    }
    text += "  " + base::for_terminal(place_text(policy.where)) + " " +
            base::for_terminal(policy.subject) + ": " + base::counted(policy.flows, "flow") + ", " +
            std::to_string(used) + " of " + base::counted(all, "rule") + " used\n";
    for (std::uint32_t i = policy.first_rule; i < policy.end_rule; ++i) {
      const coverage::RuleCoverage& rule = report.rules[i];
      if (!rule.instrumented) continue;
      const std::string place =
          base::for_terminal(place_text(rule.where)) + " " + rule.section() + ": ";
      if (!rule.used()) text += "    " + place + paint.colored(Color::yellow, "not used") + "\n";
      for (const std::string& remark : remarks(rule))
        text += "    " + place + base::for_terminal(remark) + "\n";
    }
  }
  if (!report.policies.empty()) text += "\n";
}

void add_capture(const CoverageView& view, const Paint& paint, std::string& text) {
  const coverage::CoverageReport& report = view.report;
  text += paint.bold("the capture") + "\n";
  if (!report.begin.empty())
    text += "  " + report.begin + " to " + report.end + ", flows on " +
            base::counted(report.days, "day") + " and in " + std::to_string(report.hours_of_day) +
            " of 24 hours of the day\n";
  text += "  " + base::counted(report.sample.connections, "connection") + ", " +
          std::to_string(report.sample.once) + " seen only once: about " +
          percent_text(report.sample.unseen()) +
          " % of the traffic belongs to connections not seen yet\n";
  for (const std::string& warning : report.warnings)
    text +=
        "  " + paint.colored(Color::yellow, "warning") + ": " + base::for_terminal(warning) + "\n";
  text += "\n";
}

void add_change(const CoverageView& view, const Paint& paint, std::string& text) {
  if (view.change == nullptr) return;
  const project::CoverageChange& change = *view.change;
  const coverage::CoverageReport& report = view.report;
  text += paint.bold("against " + base::for_terminal(change.state)) + "\n";
  bool any = false;
  const auto add = [&](const char* what, double was, double is) {
    if (percent_text(was) == percent_text(is)) return;
    any = true;
    text +=
        std::string("  ") + what + " " + percent_text(was) + " % -> " + percent_text(is) + " %\n";
  };
  add("flows covered", change.flows_covered, report.flows_covered());
  add("connections covered", change.connections_covered, report.connections_covered());
  add("rules used", change.rules_used, report.rules_used());
  add("drift", change.drift, report.drift());
  for (const project::ConnectionCoverageChange& each : change.connections)
    text += "  " + each.was + " -> " + each.is + "  " + base::for_terminal(each.connection) + ", " +
            base::counted(each.flows, "flow") + "\n";
  if (!any && change.connections.empty()) text += "  nothing changes\n";
  text += "\n";
}

}  // namespace

std::string render_coverage_text(const CoverageView& view) {
  const Paint paint(view.color);
  std::string text;
  for (const NamespaceRow& ns : by_namespace(view.report)) add_namespace(ns, paint, text);
  add_uncovered(view, paint, text);
  add_requests(view, paint, text);
  add_drift(view, paint, text);
  add_policies(view, paint, text);
  add_capture(view, paint, text);
  add_change(view, paint, text);
  for (const std::string& missed : view.missed)
    text += paint.colored(Color::red, "missed") + ": " + missed + "\n";
  // CI systems read the first number of this line: it keeps its form.
  return text + "policy coverage: " + percent_text(view.report.flows_covered()) + "% of flows, " +
         percent_text(view.report.connections_covered()) + "% of connections, " +
         percent_text(view.report.rules_used()) + "% of rules used, " +
         percent_text(view.report.drift()) + "% drift\n";
}

}  // namespace cnplint::reporters
