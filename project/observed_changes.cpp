// SPDX-License-Identifier: Apache-2.0
#include "project/observed_changes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "project/measure.h"

namespace cnplint::project {
namespace {

/// The connections of a capture that policies let pass, requests included.
std::map<std::string, bool> passing_by_policy(const Measurement& measured) {
  std::map<std::string, bool> passes;
  for (const coverage::ConnectionCoverage& each : measured.report.connections)
    passes.emplace(described(measured.traffic.connections[each.observed], measured.traffic),
                   each.coverage != coverage::Coverage::denied && each.denied_requests.empty());
  return passes;
}

/// Those with the most flows first.
void put_in_order(std::vector<ObservedChange>& changes) {
  std::ranges::stable_sort(changes, std::greater<>(), &ObservedChange::flows);
}

}  // namespace

ObservedChange ObservedChanges::total(const std::vector<ObservedChange>& changes) {
  ObservedChange all;
  for (const ObservedChange& each : changes) {
    all.flows = flows::add_flows(all.flows, each.flows);
    all.span.add(each.span);
  }
  return all;
}

base::Result<ObservedChanges> observed_changes(Inputs& before, Inputs& after,
                                               const flows::Capture& capture,
                                               const std::string& cluster,
                                               std::vector<std::string>& notes) {
  const auto was = cluster_of(before, capture, cluster, notes);
  if (!was) return tl::unexpected(was.error());
  const auto is = cluster_of(after, capture, cluster, notes);
  if (!is) return tl::unexpected(is.error());
  const std::map<std::string, bool> passed = passing_by_policy(*measure(**was, capture));
  const auto measured = measure(**is, capture);
  const std::map<std::string, bool> passes = passing_by_policy(*measured);
  ObservedChanges changes;
  for (const coverage::ObservedConnection& each : measured->traffic.connections) {
    std::string text = described(each, measured->traffic);
    const auto old = passed.find(text);
    const auto now = passes.find(text);
    ++changes.connections;
    if (old == passed.end() || now == passes.end() || old->second == now->second) continue;
    if (old->second && each.passed > 0)
      changes.closed.push_back({std::move(text), each.passed, each.span});
    else if (!old->second && each.denied > 0)
      changes.opened.push_back({std::move(text), each.denied, each.span});
  }
  put_in_order(changes.closed);
  put_in_order(changes.opened);
  return changes;
}

}  // namespace cnplint::project
