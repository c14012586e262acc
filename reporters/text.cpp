// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "base/escape.h"
#include "base/text.h"
#include "lint/rule.h"
#include "reporters/paint.h"
#include "reporters/reporter.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

using lint::Finding;
using lint::Severity;

Color color_of(Severity severity) {
  if (severity == Severity::error) return Color::red;
  return severity == Severity::warning ? Color::yellow : Color::cyan;
}

std::string suppression(const Finding& finding) {
  if (!finding.suppressed) return {};
  return finding.suppression_reason.empty()
             ? " (suppressed)"
             : " (suppressed: " + base::for_terminal(finding.suppression_reason) + ")";
}

std::string head(const Finding& finding, const Paint& paint) {
  return paint.bold(place(finding.range)) + ": " +
         paint.colored(color_of(finding.severity), lint::severity_name(finding.severity)) + ": " +
         base::for_terminal(finding.message) + " " +
         paint.faint("[" + std::string(finding.rule->name) + "]") + suppression(finding);
}

/// The source line with the culprit underlined. Long lines are cut around the culprit.
std::string excerpt(const Finding& finding, const Paint& paint) {
  constexpr std::size_t kLongest = 160;
  constexpr std::size_t kBefore = 60;
  const base::SourceFile& file = *finding.range.file;
  if (file.text().empty()) return {};  // a capture: there is no line to show
  const std::uint32_t number = finding.range.first().line;
  std::string_view line = file.line(number);
  std::size_t begin =
      std::min<std::size_t>(finding.range.begin - file.line_begin(number), line.size());
  std::size_t length =
      std::min<std::size_t>(finding.range.end - finding.range.begin, line.size() - begin);
  std::string cut_front;
  if (line.size() > kLongest) {
    std::size_t skip = begin > kBefore ? begin - kBefore : 0;
    while (skip > 0 && base::is_continuation(line[skip])) --skip;
    cut_front = skip > 0 ? "..." : "";
    line = line.substr(skip, kLongest);
    begin -= skip;
    length = std::min(length, line.size() - begin);
  }
  std::string indent;
  for (const char c : base::for_terminal(line.substr(0, begin))) {
    if (base::is_continuation(c)) continue;
    indent += c == '\t' ? '\t' : ' ';
  }
  const std::string digits = std::to_string(number);
  const std::string margin(digits.size(), ' ');
  const std::size_t width =
      std::max<std::size_t>(1, base::code_points(base::for_terminal(line.substr(begin, length))));
  return " " + paint.faint(digits + " |") + " " + cut_front + base::for_terminal(line) + "\n " +
         paint.faint(margin + " |") + " " + std::string(cut_front.size(), ' ') + indent +
         paint.colored(color_of(finding.severity), "^" + std::string(width - 1, '~')) + "\n";
}

std::string more(const Finding& finding, std::string_view source, const Paint& paint) {
  std::string text;
  const auto line = [&](std::string_view label, const std::string& content) {
    text += "  " + paint.faint("=") + " " + paint.bold(label) + ": " + content + "\n";
  };
  if (!source.empty()) line("from", base::for_terminal(source));
  if (const std::string_view who = rejection_sentence(finding); !who.empty())
    line("note", std::string(who));
  for (const lint::Note& note : finding.notes)
    line("note", (note.range.file != nullptr ? place(note.range) + ": " : "") +
                     base::for_terminal(note.message));
  if (!finding.fix.empty()) line("fix", base::for_terminal(finding.fix.title));
  return text;
}

std::string statistics(const LintReport& report) {
  std::map<std::string_view, std::size_t> counts;
  for (const Finding& finding : report.outcome.findings)
    if (!finding.suppressed) ++counts[finding.rule->name];
  std::vector<std::pair<std::string_view, std::size_t>> rows(counts.begin(), counts.end());
  std::ranges::stable_sort(rows, std::greater(), &std::pair<std::string_view, std::size_t>::second);
  std::string text;
  for (const auto& [name, count] : rows) {
    const std::string digits = std::to_string(count);
    constexpr std::size_t kWidth = 6;
    text += std::string(kWidth - std::min(kWidth, digits.size()), ' ') + digits + "  " +
            std::string(name) + "\n";
  }
  return text.empty() ? text : text + "\n";
}

std::string render(const LintReport& report, bool concise) {
  const Paint paint(report.color);
  RepositoryPlaces places;
  std::string text;
  for (const Finding& finding : report.outcome.findings) {
    if (!is_shown(report, finding)) continue;
    const std::string_view source = places.source(finding.range);
    text += head(finding, paint);
    if (concise && !source.empty()) text += " (from " + base::for_terminal(source) + ")";
    text += "\n";
    if (!concise) text += excerpt(finding, paint) + more(finding, source, paint) + "\n";
  }
  if (report.statistics) text += statistics(report);
  return text + summary_line(report) + "\n";
}

}  // namespace

std::string render_text(const LintReport& report) { return render(report, false); }

std::string render_concise(const LintReport& report) { return render(report, true); }

}  // namespace cnplint::reporters
