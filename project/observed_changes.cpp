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

/// Whether an end of the capture may be one of some names. What manifests do not know may be
/// anything that is no workload of theirs.
bool may_be(const coverage::ObservedEndpoint& end, const std::vector<std::string>& names) {
  if (end.manifest == nullptr) return true;
  return std::ranges::find(names, end.manifest->subject) != names.end();
}

/// Whether some connection of the capture asks for what a change opens; where that is not sure, it
/// does.
bool is_asked_for(const policy::VerdictChange& change, const coverage::ObservedTraffic& traffic) {
  const bool vague = std::ranges::any_of(traffic.vague, [&](const coverage::VagueTraffic& each) {
    const bool ingress = change.direction == policy::Direction::ingress;
    return may_be(traffic.endpoints[ingress ? each.to : each.from], change.subjects);
  });
  if (vague) return true;
  return std::ranges::any_of(traffic.connections, [&](const coverage::ObservedConnection& each) {
    const policy::Connection& asked = each.connection;
    const coverage::ObservedEndpoint& peer = traffic.endpoints[asked.peer(change.direction)];
    return may_be(traffic.endpoints[asked.subject(change.direction)], change.subjects) &&
           (change.everybody ? peer.manifest == nullptr || !may_be(peer, change.peers)
                             : may_be(peer, change.peers)) &&
           std::ranges::any_of(change.ports, [&](const policy::PortSpan& span) {
             return span.protocol == asked.protocol && span.first <= asked.port &&
                    asked.port <= span.last;
           });
  });
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
                                               const std::pair<std::string, std::string>& clusters,
                                               const std::vector<ClusterChanges>& between,
                                               std::vector<std::string>& notes) {
  const auto was = cluster_of(before, capture, clusters.first, notes);
  if (!was) return tl::unexpected(was.error());
  const auto is = cluster_of(after, capture, clusters.second, notes);
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
    else if (!old->second)
      changes.opened.push_back(
          {std::move(text), each.denied > 0 ? each.denied : each.passed, each.span});
  }
  for (const ClusterChanges& each : between)
    if (each.cluster.empty() || each.cluster == (*is)->name())
      for (const policy::VerdictChange& change : each.changes)
        if (change.change == policy::ChangeOfVerdict::opened &&
            !is_asked_for(change, measured->traffic))
          changes.unused.insert(&change);
  put_in_order(changes.closed);
  put_in_order(changes.opened);
  return changes;
}

}  // namespace cnplint::project
