// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"
#include "reporters/paint.h"
#include "reporters/why.h"

namespace cnplint::reporters {

std::string render_why_text(const WhyReport& report) {
  const Paint paint(report.color);
  const bool passes = report.answer.passes();
  std::string text;
  for (const std::string& note : report.answer.before)
    text += "note: " + base::for_terminal(note) + "\n";
  text += paint.bold(base::for_terminal(connection_text(report.answer.result))) + ": " +
          (passes ? paint.colored(Color::green, "allowed") : paint.colored(Color::red, "denied")) +
          "\n";
  for (const std::string& line : explanation(report.answer.result))
    text += base::for_terminal(line) + "\n";
  for (const std::string& note : report.answer.notes)
    text += "note: " + base::for_terminal(note) + "\n";
  for (const project::RefusedPolicy& each : report.answer.left_out)
    text += "note: " + base::for_terminal(each.subject) + " has no effect (" + place(each.place()) +
            "): " + base::for_terminal(each.reason()) + "\n";
  for (const harness::Suggestion& suggestion : report.answer.suggestions) {
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

}  // namespace cnplint::reporters
