// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "reporters/junit.h"
#include "reporters/policy_test_reporter.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

std::string case_xml(const harness::TestResult& result, RepositoryPlaces& places,
                     std::map<std::string, int>& names) {
  const std::string& path = places.path(result.file);
  const std::string line = attribute("line", std::to_string(result.where.first().line));
  const std::string file = attribute("file", path);
  const std::string head = "    <testcase" + attribute("name", unique_name(title(result), names)) +
                           attribute("classname", class_name(path)) + file + line + " time=\"0\"";
  if (result.passed) return head + "/>\n";
  std::string body;
  for (const std::string& text : explanation(result, &places)) body += text + "\n";
  return head + ">\n      <failure type=\"" + (result.invariant ? "invariant" : "expectation") +
         "\"" + attribute("message", result.problems.front()) + file + line + ">" +
         base::for_xml(body) + "</failure>\n    </testcase>\n";
}

}  // namespace

std::string render_test_junit(const TestReport& report) {
  std::vector<JunitSuite> suites;
  RepositoryPlaces places;
  std::map<std::string, std::size_t> by_file;
  std::map<std::string, std::map<std::string, int>> names;
  for (const harness::TestResult& result : report.run.results) {
    const auto [found, added] = by_file.try_emplace(result.file, suites.size());
    if (added) suites.push_back({places.path(result.file), {}});
    JunitSuite& suite = suites[found->second];
    ++suite.tests;
    suite.failures += result.passed ? 0U : 1U;
    suite.cases += case_xml(result, places, names[result.file]);
  }
  if (!report.run.errors.empty()) suites.push_back(error_suite(report.run.errors));
  return junit_document(suites);
}

}  // namespace cnplint::reporters
