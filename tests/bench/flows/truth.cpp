// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/flows/truth.h"

namespace cnplint::tests {

TrafficTruth truth_of(const flows::Capture& capture) {
  TrafficTruth found;
  for (const flows::CapturedConnection& each : capture.connections) {
    const std::string from = flows::display_name(capture.endpoints[each.source]);
    const std::string to = flows::display_name(capture.endpoints[each.destination]);
    found.connections[{from, to, std::string(flows::protocol_name(each.protocol)), each.port,
                       std::string(flows::direction_name(each.direction)),
                       std::string(flows::outcome_name(each.outcome))}] += each.flows;
    if (!each.names.empty())
      found.names[from + " " + to].insert(each.names.begin(), each.names.end());
  }
  found.replies = capture.totals.replies;
  found.duplicates = capture.duplicates;
  found.ignored = capture.totals.ignored;
  found.undecided = capture.totals.undecided;
  found.lost_events = capture.totals.lost_events;
  return found;
}

TrafficTruth truth_of(const coverage::CoverageReport& report,
                      const coverage::ObservedTraffic& traffic) {
  TrafficTruth found;
  for (const coverage::ConnectionCoverage& each : report.connections) {
    const coverage::ObservedConnection& seen = traffic.connections[each.observed];
    if (seen.passed == 0) continue;
    const policy::Connection& asked = seen.connection;
    auto& set = each.coverage == coverage::Coverage::allowed  ? found.covered
                : each.coverage == coverage::Coverage::denied ? found.denied
                                                              : found.shadow;
    set.insert(traffic.endpoints[asked.from].name + " " + traffic.endpoints[asked.to].name + " " +
               std::to_string(asked.port) + "/" +
               std::string(policy::protocol_name(asked.protocol)));
  }
  for (const coverage::RuleCoverage& rule : report.rules)
    (rule.used() ? found.used_policies : found.unused_policies)
        .insert(report.policies[rule.policy].subject);
  return found;
}

}  // namespace cnplint::tests
