// SPDX-License-Identifier: Apache-2.0
#include "project/coverage_change.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace cnplint::project {
namespace {

std::string coverage_text(const coverage::ConnectionCoverage& connection) {
  const std::string name(coverage_name(connection.coverage));
  return connection.coverage == coverage::Coverage::denied || connection.denied_requests.empty()
             ? name
             : name + " but for requests";
}

}  // namespace

CoverageChange coverage_change(std::string state, const Measurement& was, const Measurement& is) {
  CoverageChange change;
  change.state = std::move(state);
  change.flows_covered = was.report.flows_covered();
  change.connections_covered = was.report.connections_covered();
  change.rules_used = was.report.rules_used();
  change.drift = was.report.drift();
  std::map<std::string, std::string> before;
  for (const coverage::ConnectionCoverage& each : was.report.connections)
    before.emplace(described(was.traffic.connections[each.observed], was.traffic),
                   coverage_text(each));
  for (const coverage::ConnectionCoverage& each : is.report.connections) {
    const coverage::ObservedConnection& observed = is.traffic.connections[each.observed];
    std::string text = described(observed, is.traffic);
    const auto found = before.find(text);
    std::string now = coverage_text(each);
    if (found != before.end() && found->second != now)
      change.connections.push_back(
          {std::move(text), found->second, std::move(now), observed.passed});
  }
  std::ranges::stable_sort(change.connections, std::greater<>(), &ConnectionCoverageChange::flows);
  return change;
}

}  // namespace cnplint::project
