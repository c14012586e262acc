// SPDX-License-Identifier: Apache-2.0
#include "flows/summary.h"

#include <algorithm>
#include <set>

#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

void count(Counts& counts, const std::string& name, std::uint64_t flows) {
  std::uint64_t& sum = counts[name];
  sum = add_flows(sum, flows);
}

/// The most first; names decide between equals.
Ranked ranked(const Counts& counts) {
  Ranked result(counts.begin(), counts.end());
  std::ranges::stable_sort(result, std::greater<>(), &Ranked::value_type::second);
  return result;
}

std::vector<Gap> gaps_of(const std::map<std::int64_t, std::uint64_t>& hours) {
  std::vector<Gap> gaps;
  for (auto each = hours.begin(); each != hours.end(); ++each) {
    const auto next = std::next(each);
    if (next != hours.end() && next->first > each->first + 1)
      gaps.push_back({(each->first + 1) * kHour, next->first * kHour});
  }
  return gaps;
}

}  // namespace

Summary summarize(const Capture& capture) {
  Summary summary;
  Counts reasons;
  Counts namespaces;
  Counts talkers;
  Counts ports;
  Counts names;
  for (const CapturedConnection& each : capture.connections) {
    const CapturedEndpoint& from = capture.endpoints[each.source];
    const CapturedEndpoint& to = capture.endpoints[each.destination];
    const auto outcome = static_cast<std::size_t>(each.outcome);
    ++summary.connections_by_outcome[outcome];
    summary.flows_by_outcome[outcome] = add_flows(summary.flows_by_outcome[outcome], each.flows);
    if (each.outcome == FlowOutcome::dropped)
      count(reasons, each.drop_reason == 0 ? "unknown" : drop_reason_name(each.drop_reason),
            each.flows);
    if (each.outcome == FlowOutcome::denied)
      count(reasons, drop_reason_name(drop_reason::kPolicyDenied), each.flows);
    if (each.outcome == FlowOutcome::denied_by_rule)
      count(reasons, drop_reason_name(drop_reason::kPolicyDeny), each.flows);
    for (const std::string& ns : std::set<std::string>{from.ns, to.ns})
      if (!ns.empty()) count(namespaces, ns, each.flows);
    const std::string port = port_text(each.protocol, each.port);
    count(talkers, display_name(from) + " -> " + display_name(to) + " " + port, each.flows);
    count(ports, port, each.flows);
    for (const std::string& name : each.names) count(names, name, each.flows);
  }
  summary.drop_reasons = ranked(reasons);
  summary.namespaces = ranked(namespaces);
  summary.talkers = ranked(talkers);
  summary.ports = ranked(ports);
  summary.names = ranked(names);
  summary.gaps = gaps_of(capture.totals.hours);
  return summary;
}

}  // namespace cnplint::flows
