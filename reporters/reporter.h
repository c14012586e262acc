// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "lint/outcome.h"

namespace cnplint::reporters {

/// Everything a report is made of.
struct LintReport {
  const lint::Outcome& outcome;
  std::span<const lint::Rule* const> rules;
  std::string_view version;  ///< of cnplint
  std::string_view cilium;   ///< the release that was assumed
  bool color = false;        ///< text only
  bool statistics = false;   ///< text only
  bool suppressed = false;   ///< suppressed findings are shown, marked as such
};

/// One output format. Machine formats own their stream; text ends with a summary line.
struct Format {
  std::string_view name;
  std::string_view description;
  std::string (*render)(const LintReport&);
};

/// All formats of `cnplint lint --output`.
std::span<const Format> lint_formats();

// One file each. Suppressed findings are counted where there are counts. SARIF and JUnit have them
// as suppressed; the others leave them out unless the report asks for them, which text, concise and
// json then show.
std::string render_text(const LintReport& report);
std::string render_concise(const LintReport& report);
std::string render_json(const LintReport& report);
std::string render_sarif(const LintReport& report);
std::string render_junit(const LintReport& report);
std::string render_github(const LintReport& report);
std::string render_gitlab(const LintReport& report);
std::string render_rdjson(const LintReport& report);
std::string render_html(const LintReport& report);

/// Who refuses the policy, as a sentence; empty for a finding that says nothing of it.
std::string_view rejection_sentence(const lint::Finding& finding);

/// Whether a finding is listed.
inline bool is_shown(const LintReport& report, const lint::Finding& finding) {
  return !finding.suppressed || report.suppressed;
}

/// How many findings are suppressed, by the name of the rule.
std::map<std::string_view, std::size_t> suppressed_by_rule(const lint::Outcome& outcome);

/// "3 errors, 1 warning" and what was read; how many findings of which rule are suppressed.
std::string summary_line(const LintReport& report);

}  // namespace cnplint::reporters
