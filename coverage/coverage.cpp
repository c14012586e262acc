// SPDX-License-Identifier: Apache-2.0
#include "coverage/coverage.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "coverage/rule_coverage.h"
#include "flows/timestamp.h"
#include "policy/model/dns_server.h"
#include "policy/verdict/port_reading.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::coverage {
namespace {

using policy::Direction;
using policy::Verdict;

constexpr std::array kDirections{Direction::egress, Direction::ingress};

/// What one direction adds to the coverage of a connection; nothing where Cilium has no say.
std::optional<Coverage> coverage_of(const policy::SideResult& side) {
  if (!side.passes()) return Coverage::denied;
  if (side.verdict == Verdict::unmanaged) return std::nullopt;
  return side.verdict == Verdict::not_enforced ? Coverage::shadow : Coverage::allowed;
}

/// The worst first: what would break, then what nobody restricts.
int rank(Coverage coverage) {
  if (coverage == Coverage::denied) return 0;
  return coverage == Coverage::shadow ? 1 : 2;
}

class Measurement {
 public:
  Measurement(const ObservedTraffic& traffic, const flows::Totals& totals,
              policy::Evaluator& evaluator)
      : traffic_(traffic),
        totals_(totals),
        evaluator_(evaluator),
        rules_(evaluator_, traffic_, report_) {
    for (const policy::Policy& policy : evaluator.policies()) known_.insert(policy.subject());
  }

  CoverageReport run() {
    for (std::uint32_t i = 0; i < traffic_.connections.size(); ++i) decide(i);
    rules_.finish();
    for (auto& [name, workload] : workloads_) {
      std::ranges::stable_sort(workload.connections, {}, [&](std::uint32_t index) {
        const ConnectionCoverage& each = report_.connections[index];
        return std::pair(rank(each.coverage), ~traffic_.connections[each.observed].flows());
      });
      report_.workloads.push_back(std::move(workload));
    }
    judge_capture();
    return std::move(report_);
  }

 private:
  void decide(std::uint32_t index) {
    const ObservedConnection& observed = traffic_.connections[index];
    ConnectionCoverage result;
    result.observed = index;
    std::optional<Coverage> coverage;
    for (const Direction direction : kDirections) {
      policy::SideResult& side = direction == Direction::egress ? result.egress : result.ingress;
      side = evaluator_.decide(direction, observed.connection);
      const auto of_side = coverage_of(side);
      // Denied beats allowed, and a rule in one direction is enough against shadow.
      if (of_side && (!coverage || *of_side == Coverage::denied ||
                      (*of_side == Coverage::allowed && *coverage == Coverage::shadow)))
        coverage = of_side;
      result.decided_at[static_cast<std::size_t>(direction)] =
          decided_at(observed.connection, direction);
      if (side.verdict == Verdict::redirect) check_requests(observed, direction, result);
      find_drift(observed, direction, side, result.drift);
    }
    // Neither end has policy: traffic between nodes and the world is nobody's to cover.
    if (!coverage) return;
    result.coverage = *coverage;
    rules_.count(index);
    if (observed.passed > 0)
      report_.shares.add(result.coverage, observed.passed);
    else if (result.coverage == Coverage::denied)
      report_.denied_and_dropped.add(observed.denied);
    if (!result.drift.empty()) ++report_.drifting;
    count_sample(observed, report_.sample);
    report_.connections.push_back(std::move(result));
    for (const Direction direction : kDirections) count_workload(observed, direction);
  }

  [[nodiscard]] DecidedAt decided_at(const policy::Connection& connection,
                                     Direction direction) const {
    const policy::VerdictEngine& engine = evaluator_.engine();
    const policy::RuleBase& base = engine.rule_base();
    const policy::Decision& decision = engine.decide(direction, connection);
    if (direction == Direction::egress && policy::passes(decision.verdict))
      if (const auto match = evaluator_.firewall(connection); match && !match->allowed)
        return {match->policy, match->rule};
    if (!decision.rules.empty()) {
      const policy::PolicyRule& rule = base.rules[decision.rules.front()];
      return {rule.policy, rule.where};
    }
    const auto rules = engine.rules_of_subject(direction, connection.subject(direction));
    if (rules.empty()) return {};
    const std::uint32_t policy = base.rules[rules.front()].policy;
    return {policy, evaluator_.policies()[policy].root};
  }

  void check_requests(const ObservedConnection& observed, Direction direction,
                      ConnectionCoverage& result) {
    for (const flows::CapturedRequest& each : observed.requests) {
      if (each.denied == each.count) continue;
      policy::Request request = policy::DnsRequest{each.request.path};
      if (!each.request.dns)
        request = policy::HttpRequest{each.request.method, each.example, each.request.host, {}};
      const policy::SideResult side = evaluator_.decide(direction, observed.connection, request);
      if (!side.request.value_or(true))
        result.denied_requests.push_back(policy::described(request));
    }
  }

  void find_drift(const ObservedConnection& observed, Direction direction,
                  const policy::SideResult& side, std::vector<DriftReason>& drift) const {
    const ObservedSide& seen = observed.side(direction);
    const auto add = [&](std::string message) { drift.push_back({direction, std::move(message)}); };
    if (seen.passed > 0 && !policy::passes(side.verdict))
      add("Hubble saw it pass, the policies here deny it");
    if (seen.denied > 0 && policy::passes(side.verdict))
      add("Hubble saw policy deny it" +
          (seen.denied_by.empty() ? "" : " (" + base::joined(seen.denied_by, ", ") + ")") +
          ", the policies here let it pass");
    const bool open = side.verdict == Verdict::not_enforced;
    if (seen.enforced > 0 && open) add("the cluster has policy here, the repository has none");
    std::vector<std::string> unknown;
    for (const auto* list : {&seen.allowed_by, &seen.denied_by})
      for (const std::string& name : *list)
        if (!known_.contains(name)) unknown.push_back(name);
    if (!unknown.empty())
      add("decided in the cluster by " + base::joined(unknown, ", ") +
          ", which the repository does not have");
  }

  static void count_sample(const ObservedConnection& observed, Sample& sample) {
    ++sample.connections;
    sample.once += observed.times() == 1 ? 1 : 0;
    sample.times = flows::add_flows(sample.times, observed.times());
  }

  void count_workload(const ObservedConnection& observed, Direction direction) {
    const ObservedEndpoint& end = traffic_.endpoints[observed.connection.subject(direction)];
    if (end.facts.kind != policy::EndpointKind::pod) return;
    const auto index = static_cast<std::uint32_t>(report_.connections.size() - 1);
    const ConnectionCoverage& result = report_.connections.back();
    WorkloadCoverage& workload = workloads_[end.name];
    workload.ns = end.ns;
    workload.name = end.name;
    workload.manifest = end.manifest;
    const auto of_side = coverage_of(result.side(direction));
    if (observed.passed > 0 && of_side)
      workload.sides[static_cast<std::size_t>(direction)].add(*of_side, observed.passed);
    // A workload that talks to itself has the connection once.
    if (!workload.connections.empty() && workload.connections.back() == index) return;
    workload.connections.push_back(index);
    count_sample(observed, workload.sample);
    if (observed.passed > 0) workload.shares.add(result.coverage, observed.passed);
    if (!result.drift.empty()) ++workload.drift;
  }

  void judge_capture() {
    std::set<std::int64_t> days;
    std::set<std::int64_t> hours;
    for (const auto& [hour, count] : totals_.hours) {
      days.insert(hour / 24);
      hours.insert(hour % 24);
    }
    if (!totals_.span.empty()) {
      report_.begin = flows::format_timestamp(totals_.span.first);
      report_.end = flows::format_timestamp(totals_.span.last);
    }
    report_.days = days.size();
    report_.hours_of_day = hours.size();
    constexpr std::size_t kWeek = 7;
    constexpr std::size_t kHours = 24;
    const auto warn = [&](std::string text) { report_.warnings.push_back(std::move(text)); };
    if (days.empty())
      warn("the capture has no times: how long it is nobody knows");
    else if (days.size() < kWeek)
      warn("flows on " + base::counted(days.size(), "day") +
           " only: what runs once a week may be missing");
    if (!hours.empty() && hours.size() < kHours)
      warn("flows in " + std::to_string(hours.size()) + " of 24 hours of the day only");
    if (totals_.lost_events > 0)
      warn("Hubble lost " + std::to_string(totals_.lost_events) +
           " events: there is more traffic than the capture shows");
    if (totals_.malformed > 0)
      warn(std::to_string(totals_.malformed) + " lines of the capture cannot be used");
    if (traffic_.unidentified > 0)
      warn(std::to_string(traffic_.unidentified) +
           " flows are of addresses of which the capture says nothing");
    if (!traffic_.services.empty())
      warn("seen only before translation, with backends that no manifest names: " +
           base::joined(traffic_.services, ", "));
    warn_unseen();
    warn_without_dns();
  }

  /// Workloads of the manifests that never talk: jobs in particular may only not have run.
  void warn_unseen() {
    std::vector<std::string> jobs;
    std::vector<std::string> others;
    for (const policy::Workload* workload : traffic_.unseen) {
      const std::string_view kind = policy::kind_of(*workload);
      (kind == "CronJob" || kind == "Job" ? jobs : others).push_back(workload->subject);
    }
    if (!jobs.empty()) report_.warnings.push_back("not seen running: " + base::joined(jobs, ", "));
    if (!others.empty())
      report_.warnings.push_back("not seen at all: " + base::joined(others, ", "));
  }

  void warn_without_dns() {
    bool external = false;
    for (const ObservedConnection& each : traffic_.connections) {
      if (policy::is_dns_port(each.connection.port)) return;
      external |=
          traffic_.endpoints[each.connection.to].facts.kind == policy::EndpointKind::external;
    }
    if (external)
      report_.warnings.emplace_back(
          "no DNS traffic, but connections to addresses outside: their names are not known");
  }

  const ObservedTraffic& traffic_;
  const flows::Totals& totals_;
  policy::Evaluator& evaluator_;
  CoverageReport report_;
  RuleCounter rules_;
  std::set<std::string> known_;
  std::map<std::string, WorkloadCoverage> workloads_;
};

}  // namespace

std::string_view coverage_name(Coverage coverage) {
  constexpr std::array<std::string_view, kCoverages> kNames{"allowed", "shadow", "denied"};
  return kNames[static_cast<std::size_t>(coverage)];
}

Share Shares::total() const {
  Share sum;
  for (const Share& each : by_coverage) {
    sum.connections += each.connections;
    sum.flows = flows::add_flows(sum.flows, each.flows);
  }
  return sum;
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double CoverageReport::flows_covered() const {
  return percent(shares.of(Coverage::allowed).flows, shares.total().flows);
}
double CoverageReport::connections_covered() const {
  return percent(shares.of(Coverage::allowed).connections, shares.total().connections);
}
double CoverageReport::rules_used() const {
  std::uint64_t used = 0;
  std::uint64_t all = 0;
  for (const RuleCoverage& rule : rules) {
    all += rule.instrumented ? 1 : 0;
    used += rule.instrumented && rule.used() ? 1 : 0;
  }
  return percent(used, all);
}
double CoverageReport::drift() const {
  return connections.empty() ? 0.0 : percent(drifting, connections.size());
}

std::vector<policy::Endpoint> universe(const ObservedTraffic& traffic,
                                       const policy::Inventory& inventory,
                                       const policy::Environment& environment) {
  policy::Environment own = environment;
  own.cluster = traffic.cluster;
  std::vector<policy::Endpoint> endpoints = traffic.facts();
  for (const policy::Workload* workload : traffic.unseen)
    endpoints.push_back(policy::workload_endpoint(*workload, inventory, own));
  return endpoints;
}

CoverageReport measure(const ObservedTraffic& traffic, const flows::Totals& totals,
                       policy::Evaluator& evaluator) {
  return Measurement(traffic, totals, evaluator).run();
}

}  // namespace cnplint::coverage
