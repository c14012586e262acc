// SPDX-License-Identifier: Apache-2.0
#include "cli/traffic_facts.h"

#include <array>

#include "coverage/narrower_rule.h"
#include "lint/report.h"

namespace cnplint::cli {
namespace {

using coverage::ConnectionCoverage;
using coverage::Coverage;
using policy::Direction;

lint::TrafficPlace place_of(base::SourceRange range) {
  lint::TrafficPlace place;
  if (range.file == nullptr) return place;
  place.file = range.file->path();
  place.begin = range.begin;
  place.end = range.end;
  return place;
}

lint::TrafficPlace place_of(policy::NodeRef where, const std::string& subject) {
  lint::TrafficPlace place = place_of(lint::culprit_range(where));
  place.subject = subject;
  place.path = policy::path_of(where);
  place.keyed_path = lint::keyed_path_of(where);
  return place;
}

class Facts {
 public:
  Facts(const coverage::CoverageReport& report, const coverage::ObservedTraffic& traffic,
        std::span<const policy::Policy> policies, const Baseline& baseline)
      : report_(report), traffic_(traffic), policies_(policies), baseline_(baseline) {}

  lint::TrafficFacts run(const std::string& capture) {
    facts_.capture = capture;
    for (const ConnectionCoverage& each : report_.connections) {
      if (each.coverage == Coverage::denied && observed(each).passed > 0) add_uncovered(each);
      add_drift(each);
    }
    for (const coverage::WorkloadCoverage& each : report_.workloads) add_shadow(each);
    for (const coverage::RuleCoverage& rule : report_.rules) add_rule(rule);
    for (std::size_t i = 0; i < baseline_.policies.size(); ++i) add_missing(i);
    return std::move(facts_);
  }

 private:
  [[nodiscard]] const coverage::ObservedConnection& observed(const ConnectionCoverage& each) const {
    return traffic_.connections[each.observed];
  }

  /// Where a direction is decided; where no policy has a say, the manifest of its end.
  [[nodiscard]] lint::TrafficPlace place_of_side(const ConnectionCoverage& each,
                                                 Direction direction) const {
    const coverage::DecidedAt& at = each.decided_at[static_cast<std::size_t>(direction)];
    if (at.policy) return place_of(at.where, policies_[*at.policy].subject());
    const std::uint32_t end = observed(each).connection.subject(direction);
    return place_of_manifest(traffic_.endpoints[end].manifest);
  }
  static lint::TrafficPlace place_of_manifest(const policy::Workload* manifest) {
    if (manifest == nullptr) return {};
    lint::TrafficPlace place = place_of(manifest->place);
    place.subject = manifest->subject;
    return place;
  }

  void add_uncovered(const ConnectionCoverage& each) {
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const policy::SideResult& side = each.side(direction);
      if (side.passes()) continue;
      std::string reason = "no rule allows it";
      if (!side.policies.empty()) reason = "denied by " + side.policies.front();
      facts_.uncovered.push_back(
          {place_of_side(each, direction), coverage::described(observed(each), traffic_),
           observed(each).passed, std::string(policy::direction_name(direction)), std::move(reason),
           observed(each).names, rule_for(each.observed, direction)});
    }
  }

  [[nodiscard]] std::string rule_for(std::uint32_t connection, Direction direction) const {
    const auto found = baseline_.rules.find({connection, direction});
    return found == baseline_.rules.end() ? "" : found->second;
  }

  void add_missing(std::size_t index) {
    const auto& [draft, yaml] = baseline_.policies[index];
    lint::MissingBaseline missing;
    for (const coverage::WorkloadCoverage& each : report_.workloads)
      if (each.name == draft.workload) missing.place = place_of_manifest(each.manifest);
    missing.workload = draft.workload;
    missing.policy = yaml;
    missing.evidence = baseline_.evidence[index];
    facts_.missing.push_back(std::move(missing));
  }

  void add_drift(const ConnectionCoverage& each) {
    const bool passed = observed(each).passed > 0 && each.coverage == Coverage::denied;
    for (const coverage::DriftReason& reason : each.drift) {
      // That it passed and would be denied is a finding of its own already.
      if (passed && !each.side(reason.direction).passes()) continue;
      facts_.drifting.push_back(
          {place_of_side(each, reason.direction), coverage::described(observed(each), traffic_),
           std::string(policy::direction_name(reason.direction)), reason.message});
    }
  }

  void add_shadow(const coverage::WorkloadCoverage& workload) {
    constexpr std::size_t kExamples = 3;
    lint::ShadowTraffic shadow;
    std::array<bool, 2> open{};  // by Direction
    for (const std::uint32_t index : workload.connections) {
      const ConnectionCoverage& each = report_.connections[index];
      if (each.coverage != Coverage::shadow || observed(each).passed == 0) continue;
      for (const Direction direction : {Direction::ingress, Direction::egress}) {
        const std::uint32_t end = observed(each).connection.subject(direction);
        if (traffic_.endpoints[end].name == workload.name)
          open[static_cast<std::size_t>(direction)] = true;
      }
      ++shadow.connections;
      shadow.flows = flows::add_flows(shadow.flows, observed(each).passed);
      if (shadow.examples.size() < kExamples)
        shadow.examples.push_back(coverage::described(observed(each), traffic_));
    }
    if (shadow.connections == 0) return;
    shadow.place = place_of_manifest(workload.manifest);
    shadow.workload = workload.name;
    for (const Direction direction : {Direction::ingress, Direction::egress})
      if (open[static_cast<std::size_t>(direction)])
        shadow.directions += (shadow.directions.empty() ? "" : " and ") +
                             std::string(policy::direction_name(direction));
    facts_.shadow.push_back(std::move(shadow));
  }

  static std::string section(const coverage::RuleCoverage& rule) {
    const bool ingress = rule.direction == Direction::ingress;
    if (!rule.deny) return ingress ? "ingress" : "egress";
    return ingress ? "ingressDeny" : "egressDeny";
  }

  void add_rule(const coverage::RuleCoverage& rule) {
    if (!rule.instrumented) return;
    const coverage::PolicyCoverage& policy = report_.policies[rule.policy];
    const lint::TrafficPlace place = place_of(rule.where, policy.subject);
    if (!rule.used()) {
      facts_.unused.push_back({place, section(rule), policy.connections == 0});
      return;
    }
    if (rule.deny) return;
    lint::NarrowableRule narrowable;
    narrowable.place = place;
    narrowable.yaml = rule.narrower;
    for (const auto* parts : {&rule.peers, &rule.ports})
      for (const coverage::PartCoverage& part : *parts) {
        if (part.connections == 0)
          narrowable.unused.push_back("`" + coverage::one_line(part.where) + "`");
        if (!part.narrower.empty())
          narrowable.narrower.push_back("of `" + coverage::one_line(part.where) + "` only " +
                                        part.narrower + " was used");
      }
    if (!narrowable.unused.empty() || !narrowable.narrower.empty())
      facts_.narrowable.push_back(std::move(narrowable));
  }

  const coverage::CoverageReport& report_;
  const coverage::ObservedTraffic& traffic_;
  std::span<const policy::Policy> policies_;
  const Baseline& baseline_;
  lint::TrafficFacts facts_;
};

}  // namespace

lint::TrafficFacts traffic_facts(const coverage::CoverageReport& report,
                                 const coverage::ObservedTraffic& traffic,
                                 std::span<const policy::Policy> policies, const Baseline& baseline,
                                 const std::string& capture) {
  return Facts(report, traffic, policies, baseline).run(capture);
}

}  // namespace cnplint::cli
