// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/escape.h"
#include "reporters/policy_test_reporter.h"

namespace cnplint::reporters {
namespace {

/// A description: one line, and no `#`, which would begin a directive.
std::string description(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '#', ' ');
  return base::for_terminal(text);
}

}  // namespace

std::string render_test_tap(const TestReport& report) {
  std::string text = "TAP version 13\n1.." +
                     std::to_string(report.run.results.size() + report.run.errors.size()) + "\n";
  std::size_t number = 0;
  for (const harness::TestResult& result : report.run.results) {
    text += (result.passed ? "ok " : "not ok ") + std::to_string(++number) + " - " +
            description(result.file + ": " + title(result)) + "\n";
    if (result.passed) continue;
    for (const std::string& line : explanation(result))
      text += "# " + base::for_terminal(line) + "\n";
  }
  for (const std::string& error : report.run.errors)
    text += "not ok " + std::to_string(++number) + " - " + description(error) + "\n";
  return text;
}

}  // namespace cnplint::reporters
