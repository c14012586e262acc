// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"
#include "base/text.h"
#include "reporters/paint.h"
#include "reporters/policy_test_reporter.h"

namespace cnplint::reporters {
std::string render_test_text(const TestReport& report) {
  const Paint paint(report.color);
  std::string text;
  for (const harness::TestResult& result : report.run.results) {
    for (const std::string& note : result.notes)
      text += paint.bold(place(result.where)) + ": " + paint.colored(Color::yellow, "note") + ": " +
              base::for_terminal(title(result) + ": " + note) + "\n";
    if (result.passed) continue;
    text += paint.bold(place(result.where)) + ": " + paint.colored(Color::red, "failed") + ": " +
            base::for_terminal(title(result)) + "\n";
    for (const std::string& line : explanation(result)) text += base::for_terminal(line) + "\n";
    text += "\n";
  }
  for (const project::RefusedPolicy& each : report.run.left_out)
    text += place(each.place()) + ": " + paint.colored(Color::yellow, "left out") + ": " +
            base::for_terminal(each.subject) +
            " has no effect: " + base::for_terminal(each.reason()) + "\n";
  const std::size_t failed = report.run.failed();
  const std::string passed = base::counted(report.run.results.size() - failed, "test") + " passed";
  return text + (failed == 0 ? passed : std::to_string(failed) + " failed, " + passed) + " in " +
         base::counted(report.run.files, "file") +
         (report.run.errors.empty() ? ""
                                    : ", " + base::counted(report.run.errors.size(), "error")) +
         "\n";
}

}  // namespace cnplint::reporters
