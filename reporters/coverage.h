// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/coverage.h"
#include "project/coverage_change.h"

namespace cnplint::reporters {

/// Everything a report of `cnplint cover` is made of.
struct CoverageView {
  const coverage::CoverageReport& report;
  const coverage::ObservedTraffic& traffic;
  std::vector<std::string> errors;  ///< inputs that cannot be read
  std::vector<std::string> missed;  ///< thresholds, as sentences
  std::string_view version;
  bool color = false;
  const project::CoverageChange* change = nullptr;  ///< against another state, where one is given
};

/// One output format of `cnplint cover`.
struct CoverageFormat {
  std::string_view name;
  std::string (*render)(const CoverageView&);
};
std::span<const CoverageFormat> coverage_formats();

// One file each.
std::string render_coverage_text(const CoverageView& view);
std::string render_coverage_json(const CoverageView& view);
std::string render_coverage_junit(const CoverageView& view);
std::string render_coverage_html(const CoverageView& view);
std::string render_coverage_cobertura(const CoverageView& view);
std::string render_coverage_lcov(const CoverageView& view);

/// The workloads of a namespace, and the sum of their traffic.
struct NamespaceRow {
  std::string name;
  std::vector<const coverage::WorkloadCoverage*> workloads;
  coverage::Shares shares;  ///< a connection inside of the namespace counts for both ends
};
std::vector<NamespaceRow> by_namespace(const coverage::CoverageReport& report);

/// A percentage with one digit behind the point: `83.3`; only what is all says 100.0, and only what
/// is nothing 0.0.
std::string percent_text(double percent);

/// The share of flows with a coverage: `83.3 %`; `-` where there is no flow.
std::string share_text(const coverage::Shares& shares, coverage::Coverage coverage);

/// The connections that the policies do not cover, denied ones first, then those with most flows.
std::vector<const coverage::ConnectionCoverage*> uncovered(const CoverageView& view);
/// Why a connection is denied or in shadow: `egress: no rule allows it`.
std::string reason_text(const coverage::ConnectionCoverage& connection);

/// A line of a policy file that traffic can use.
struct CoveredLine {
  std::uint64_t hits = 0;  ///< flows
  std::uint32_t used = 0;  ///< of the points on it, and the peers and ports of a rule that begins
  std::uint32_t points = 0;
};
/// Lines by file (by its path in the repository), as code coverage has them: selectors, the heads
/// of rules, peers and ports.
using CoveredLines = std::map<std::string, std::map<std::uint32_t, CoveredLine>>;
CoveredLines covered_lines(const coverage::CoverageReport& report);

/// `policies/db.yaml:9`, for people.
std::string place_text(policy::NodeRef where);
/// What a rule says that could say less, a sentence each.
std::vector<std::string> remarks(const coverage::RuleCoverage& rule);

}  // namespace cnplint::reporters
