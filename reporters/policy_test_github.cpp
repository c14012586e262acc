// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"
#include "base/text.h"
#include "reporters/policy_test_reporter.h"

namespace cnplint::reporters {

std::string render_test_github(const TestReport& report) {
  std::string text;
  RepositoryPlaces places;
  for (const harness::TestResult& result : report.run.results) {
    if (result.passed) continue;
    std::vector<std::string> lines{base::for_github_data(title(result))};
    for (const std::string& line : explanation(result, &places))
      lines.push_back(base::for_github_data(line));
    text += "::error file=" + base::for_github_property(places.path(result.file)) +
            ",line=" + std::to_string(result.where.first().line) +
            ",title=policy test failed::" + base::joined(lines, base::kGitHubLineBreak) + "\n";
  }
  for (const std::string& error : report.run.errors)
    text += "::error title=cnplint::" + base::for_github_data(error) + "\n";
  return text;
}

}  // namespace cnplint::reporters
