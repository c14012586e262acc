// SPDX-License-Identifier: Apache-2.0
#include "reporters/coverage.h"
#include "reporters/junit.h"

namespace cnplint::reporters {
namespace {

using coverage::Coverage;

/// What is wrong with the traffic of a workload, a line each.
std::vector<std::string> problems(const coverage::WorkloadCoverage& workload,
                                  const CoverageView& view) {
  std::vector<std::string> lines;
  for (const std::uint32_t index : workload.connections) {
    const coverage::ConnectionCoverage& each = view.report.connections[index];
    const coverage::ObservedConnection& seen = view.traffic.connections[each.observed];
    const std::string connection = coverage::described(seen, view.traffic);
    if (each.coverage == Coverage::denied && seen.passed > 0)
      lines.push_back("would be denied: " + connection + ": " + reason_text(each));
    for (const coverage::DriftReason& reason : each.drift)
      lines.push_back("drift: " + connection + " " +
                      std::string(policy::direction_name(reason.direction)) + ": " +
                      reason.message);
  }
  return lines;
}

std::string case_xml(const coverage::WorkloadCoverage& workload, const CoverageView& view,
                     JunitSuite& suite) {
  const std::string head = "    <testcase" + attribute("name", workload.name) +
                           attribute("classname", workload.ns) + " time=\"0\"";
  const std::vector<std::string> lines = problems(workload, view);
  if (!lines.empty()) {
    ++suite.failures;
    std::string body;
    for (const std::string& line : lines) body += line + "\n";
    return head + ">\n      <failure type=\"coverage\"" + attribute("message", lines.front()) +
           ">" + base::for_xml(body) + "</failure>\n    </testcase>\n";
  }
  const coverage::Share total = workload.shares.total();
  if (total.connections > 0 &&
      workload.shares.of(Coverage::shadow).connections == total.connections) {
    ++suite.skipped;
    return head + ">\n      <skipped" + attribute("message", "no policy selects it") +
           "/>\n    </testcase>\n";
  }
  return head + "/>\n";
}

}  // namespace

std::string render_coverage_junit(const CoverageView& view) {
  std::vector<JunitSuite> suites;
  for (const NamespaceRow& ns : by_namespace(view.report)) {
    JunitSuite suite{ns.name, {}};
    for (const coverage::WorkloadCoverage* workload : ns.workloads) {
      ++suite.tests;
      suite.cases += case_xml(*workload, view, suite);
    }
    suites.push_back(std::move(suite));
  }
  if (!view.missed.empty()) {
    JunitSuite suite{"thresholds", {}, view.missed.size(), view.missed.size()};
    for (const std::string& missed : view.missed)
      suite.cases += "    <testcase" + attribute("name", missed) +
                     " classname=\"thresholds\" time=\"0\">\n      <failure type=\"threshold\"" +
                     attribute("message", missed) + "/>\n    </testcase>\n";
    suites.push_back(std::move(suite));
  }
  if (!view.errors.empty()) suites.push_back(error_suite(view.errors));
  return junit_document(suites);
}

}  // namespace cnplint::reporters
