// SPDX-License-Identifier: Apache-2.0
//
// Policies and traffic held against each other, as code coverage does with code and tests: which
// connections the policies cover, and which of their rules carry traffic.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coverage/observed_traffic.h"
#include "policy/model/policy.h"
#include "policy/verdict/evaluator.h"

namespace cnplint::coverage {

/// What the policies say of an observed connection.
enum class Coverage : std::uint8_t {
  allowed,  ///< a rule allows it, in the directions that are enforced
  shadow,   ///< allowed only because nothing selects its local ends
  denied,   ///< it would not pass
};
inline constexpr std::size_t kCoverages = 3;
std::string_view coverage_name(Coverage coverage);

/// How repository and cluster disagree about a connection.
struct DriftReason {
  policy::Direction direction = policy::Direction::ingress;
  std::string message;  ///< a sentence without full stop
};

/// Where a direction of a connection is decided.
struct DecidedAt {
  std::optional<std::uint32_t> policy;  ///< none where no policy selects the end
  policy::NodeRef where;                ///< the rule; of a default deny the policy
};

/// An observed connection, decided.
struct ConnectionCoverage {
  std::uint32_t observed = 0;  ///< index of ObservedTraffic::connections
  Coverage coverage = Coverage::shadow;
  policy::SideResult egress;
  policy::SideResult ingress;
  std::array<DecidedAt, 2> decided_at;  ///< by policy::Direction
  std::vector<DriftReason> drift;
  std::vector<std::string> denied_requests;  ///< that passed, and the proxy would refuse

  [[nodiscard]] const policy::SideResult& side(policy::Direction direction) const {
    return direction == policy::Direction::egress ? egress : ingress;
  }
};

/// Counts of connections and flows.
struct Share {
  std::uint64_t connections = 0;
  std::uint64_t flows = 0;

  void add(std::uint64_t more) {
    ++connections;
    flows = flows::add_flows(flows, more);
  }
};

/// Passed traffic by what the policies say of it.
struct Shares {
  std::array<Share, kCoverages> by_coverage{};

  [[nodiscard]] const Share& of(Coverage coverage) const {
    return by_coverage[static_cast<std::size_t>(coverage)];
  }
  void add(Coverage coverage, std::uint64_t flows) {
    by_coverage[static_cast<std::size_t>(coverage)].add(flows);
  }
  [[nodiscard]] Share total() const;
};

/// `part` of `whole` in percent; 100 where there is no whole.
double percent(std::uint64_t part, std::uint64_t whole);

/// Whether the capture shows enough of a workload.
struct Sample {
  std::uint64_t connections = 0;
  std::uint64_t once = 0;   ///< of these, seen one time only
  std::uint64_t times = 0;  ///< that all were seen

  /// The share of its traffic that belongs to connections nobody has seen yet, in percent: Good and
  /// Turing's estimate, connections seen once by all sightings.
  [[nodiscard]] double unseen() const { return percent(once, times); }
};

/// A workload, or all pods of a namespace that nobody names.
struct WorkloadCoverage {
  std::string ns;
  std::string name;  ///< `shop/cart`
  Shares shares;
  std::array<Shares, 2> sides;  ///< by policy::Direction: what its own policies say
  Sample sample;
  std::uint64_t drift = 0;                 ///< connections
  std::vector<std::uint32_t> connections;  ///< indices of CoverageReport::connections, worst first
  const policy::Workload* manifest = nullptr;
};

/// A line of a policy that traffic can use: a peer or a port.
struct PartCoverage {
  policy::NodeRef where;
  std::uint64_t connections = 0;
  std::uint64_t flows = 0;
  std::uint64_t seen = 0;          ///< of a peer: distinct endpoints that used it
  std::optional<double> admits;    ///< of a peer: how many it lets in: known pods, or addresses
  std::vector<std::string> names;  ///< of a CIDR: DNS names of all addresses seen; none if unknown
  std::string narrower;            ///< of a CIDR or range: what would be enough
};

/// A rule: an item of ingress, egress, ingressDeny or egressDeny.
struct RuleCoverage {
  std::uint32_t policy = 0;  ///< index of CoverageReport::policies
  policy::NodeRef where;
  policy::Direction direction = policy::Direction::ingress;
  bool deny = false;
  bool instrumented = true;  ///< not: it matches nothing by itself, or is marked to be kept
  std::vector<std::uint32_t> connections;  ///< indices of ObservedTraffic::connections
  std::uint64_t flows = 0;
  std::vector<PartCoverage> peers;
  std::vector<PartCoverage> ports;
  std::vector<std::string> mergeable;  ///< CIDRs of it that are one, as sentences
  std::string narrower;  ///< the rule without its unused peers and ports, as YAML; empty: all used

  [[nodiscard]] bool used() const { return !connections.empty(); }
  /// The field that it is an item of: ingress, egressDeny, ...
  [[nodiscard]] std::string section() const {
    return std::string(policy::direction_name(direction)) + (deny ? "Deny" : "");
  }
};

/// A policy of the repository.
struct PolicyCoverage {
  std::string subject;  ///< `Kind/namespace/name`
  policy::NodeRef where;
  std::uint64_t connections = 0;  ///< from or to what it selects, decided by a rule or not
  std::uint64_t flows = 0;
  std::vector<std::pair<policy::NodeRef, std::uint64_t>> selectors;  ///< of specs, with flows
  std::uint32_t first_rule = 0;                                      ///< of CoverageReport::rules
  std::uint32_t end_rule = 0;
};

/// Everything that was found.
struct CoverageReport {
  std::vector<ConnectionCoverage> connections;  ///< as observed
  std::vector<WorkloadCoverage> workloads;      ///< by name
  std::vector<PolicyCoverage> policies;         ///< as given
  std::vector<RuleCoverage> rules;              ///< by policy
  Shares shares;                                ///< passed connections
  Share denied_and_dropped;    ///< policy denied it in the cluster, and here as well
  std::uint64_t drifting = 0;  ///< connections
  Sample sample;
  std::vector<std::string> warnings;  ///< why the capture may not be enough
  std::string begin;                  ///< of the capture, as RFC 3339; empty: no times
  std::string end;
  std::size_t days = 0;          ///< with flows
  std::size_t hours_of_day = 0;  ///< 0 to 24

  [[nodiscard]] double flows_covered() const;
  [[nodiscard]] double connections_covered() const;
  [[nodiscard]] double rules_used() const;
  [[nodiscard]] double drift() const;
};

/// The endpoints to measure with: the observed ones, and behind them the workloads of the manifests
/// that were not seen, as selectors admit those as well.
std::vector<policy::Endpoint> universe(const ObservedTraffic& traffic,
                                       const policy::Inventory& inventory,
                                       const policy::Environment& environment);

/// Measures. The evaluator decides by the policies about the endpoints of universe(); it, its
/// policies and the traffic must outlive the report.
CoverageReport measure(const ObservedTraffic& traffic, const flows::Totals& totals,
                       policy::Evaluator& evaluator);

}  // namespace cnplint::coverage
