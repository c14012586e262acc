// SPDX-License-Identifier: Apache-2.0
#include "reporters/reporter.h"

#include <array>

#include "base/text.h"

namespace cnplint::reporters {
namespace {

constexpr std::array<Format, 9> kLintFormats{{
    {"text", "findings with the source line, notes and what to do", render_text},
    {"concise", "one line for each finding", render_concise},
    {"json", "one object, described in docs/json.md", render_json},
    {"sarif", "SARIF 2.1.0 for code scanning", render_sarif},
    {"junit", "JUnit XML, one test case for each finding and clean file", render_junit},
    {"github", "workflow commands for annotations on GitHub", render_github},
    {"gitlab", "Code Quality report for GitLab", render_gitlab},
    {"rdjson", "diagnostics with suggestions for reviewdog", render_rdjson},
    {"html", "one self-contained page", render_html},
}};

}  // namespace

std::span<const Format> lint_formats() { return kLintFormats; }

std::string_view rejection_sentence(const lint::Finding& finding) {
  if (finding.pruned)
    return "a dropped field is no reason to reject the policy: the rest counts as it stands";
  switch (finding.rejected_by) {
    case lint::kApiServer:
      return "rejected by the API server";
    case lint::kCilium:
      return "rejected by Cilium only: the API server accepts the policy, and it is silently not "
             "enforced";
    case lint::kApiServer | lint::kCilium:
      return "rejected by the API server, and by Cilium";
    default:
      return {};
  }
}

std::map<std::string_view, std::size_t> suppressed_by_rule(const lint::Outcome& outcome) {
  std::map<std::string_view, std::size_t> counts;
  for (const lint::Finding& finding : outcome.findings)
    if (finding.suppressed) ++counts[finding.rule->name];
  return counts;
}

std::string summary_line(const LintReport& report) {
  const lint::Counts& counts = report.outcome.counts;
  using base::counted;
  using lint::Severity;
  const auto of = [&](Severity severity) {
    return counts.findings[static_cast<std::size_t>(severity)];
  };
  std::string line = counted(of(Severity::error), "error") + ", " +
                     counted(of(Severity::warning), "warning") + ", " +
                     counted(of(Severity::note), "note");
  line += " in " + counted(counts.policies, "policy") + " (" +
          counted(counts.documents(), "document") + ", " + counted(counts.files, "file") + ")";
  if (counts.suppressed > 0) {
    std::vector<std::string> rules;
    for (const auto& [name, count] : suppressed_by_rule(report.outcome))
      rules.push_back(std::to_string(count) + " " + std::string(name));
    line += "; " + std::to_string(counts.suppressed) + " suppressed (" + base::joined(rules, ", ") +
            ")";
  }
  if (counts.templates > 0) line += "; " + counted(counts.templates, "template") + " skipped";
  if (counts.broken > 0) line += "; " + counted(counts.broken, "document") + " cannot be read";
  if (counts.no_manifests > 0)
    line += "; " + counted(counts.no_manifests, "file") +
            (counts.no_manifests == 1 ? " is no manifest" : " are no manifests");
  return line;
}

}  // namespace cnplint::reporters
