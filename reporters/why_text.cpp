// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"
#include "reporters/paint.h"
#include "reporters/policy_test_reporter.h"
#include "reporters/why.h"

namespace cnplint::reporters {

namespace {

std::string text_of(const project::Answer& answer, const Paint& paint) {
  const bool passes = answer.passes();
  std::string text;
  for (const std::string& note : answer.before) text += "note: " + base::for_terminal(note) + "\n";
  text += paint.bold(base::for_terminal(connection_text(answer.result))) + ": " +
          (passes ? paint.colored(Color::green, "allowed") : paint.colored(Color::red, "denied")) +
          "\n";
  for (const std::string& line : explanation(answer.result))
    text += base::for_terminal(line) + "\n";
  for (const std::string& note : answer.notes) text += "note: " + base::for_terminal(note) + "\n";
  for (const project::RefusedPolicy& each : answer.left_out)
    text += "note: " + base::for_terminal(each.subject) + " has no effect (" + place(each.place()) +
            "): " + base::for_terminal(each.reason()) + "\n";
  for (const harness::Suggestion& suggestion : answer.suggestions) {
    text += "\nthe smallest policy that allows " +
            std::string(policy::direction_name(suggestion.direction)) + ":\n";
    for (std::size_t at = 0; at < suggestion.policy.size();) {
      const std::size_t end = suggestion.policy.find('\n', at);
      text += "  " + base::for_terminal(suggestion.policy.substr(at, end - at)) + "\n";
      at = end + 1;
    }
  }
  return text;
}

}  // namespace

std::string render_why_text(const WhyReport& report) {
  const Paint paint(report.color);
  std::string text;
  for (const project::ClusterAnswer& each : report.answers) {
    if (!text.empty()) text += "\n";
    if (!each.cluster.empty())
      text += paint.bold("cluster " + base::for_terminal(each.cluster)) + "\n";
    text += text_of(each.answer, paint);
  }
  return text;
}

}  // namespace cnplint::reporters
