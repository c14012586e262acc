// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "base/escape.h"
#include "base/text.h"
#include "lint/rule.h"
#include "reporters/reporter.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

using lint::Finding;

std::string_view level_of(lint::Severity severity) {
  return severity == lint::Severity::note ? "notice" : lint::severity_name(severity);
}

/// `,line=...` with what GitHub takes beside it.
std::string line_properties(base::SourceRange range) {
  const base::LineColumn first = range.first();
  const base::LineColumn last = range.last();
  std::string text =
      ",line=" + std::to_string(first.line) + ",endLine=" + std::to_string(last.line);
  // GitHub drops annotations that have columns and span lines.
  if (first.line == last.line)
    text += ",col=" + std::to_string(first.column) + ",endColumn=" + std::to_string(last.column);
  return text;
}

std::string command(const Finding& finding, RepositoryPlaces& places) {
  const RepositoryPlace place = places.of(finding.range);
  std::string text = "::" + std::string(level_of(finding.severity));
  text += " file=" + base::for_github_property(place.file);
  if (place.rendered.empty()) text += line_properties(finding.range);
  text += ",title=" + base::for_github_property(finding.rule->name) + "::";
  std::vector<std::string> lines{base::for_github_data(finding.message + origin_text(place))};
  if (const std::string_view who = rejection_sentence(finding); !who.empty())
    lines.emplace_back(who);
  for (const lint::Note& note : finding.notes) lines.push_back(base::for_github_data(note.message));
  if (!finding.fix.empty()) lines.push_back("fix: " + base::for_github_data(finding.fix.title));
  return text + base::joined(lines, base::kGitHubLineBreak) + "\n";
}

}  // namespace

std::string render_github(const LintReport& report) {
  std::vector<const Finding*> findings;
  for (const Finding& finding : report.outcome.findings)
    if (!finding.suppressed) findings.push_back(&finding);
  // GitHub shows about ten annotations of a kind for each step: the worst come first.
  std::ranges::stable_sort(findings, std::greater(),
                           [](const Finding* finding) { return finding->severity; });
  std::string text;
  RepositoryPlaces places;
  for (const Finding* finding : findings) text += command(*finding, places);
  for (const base::Error& error : report.outcome.unreadable)
    text += "::error title=cnplint::" + base::for_github_data(error.message) + "\n";
  return text;
}

}  // namespace cnplint::reporters
