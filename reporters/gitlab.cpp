// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>

#include "lint/rule.h"
#include "reporters/reporter.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;

std::string_view severity_of(const lint::Finding& finding) {
  switch (finding.severity) {
    case lint::Severity::error:
      return finding.rule->family == lint::Family::validity ? "critical" : "major";
    case lint::Severity::warning:
      return "minor";
    default:
      return "info";
  }
}

}  // namespace

std::string render_gitlab(const LintReport& report) {
  Json issues = Json::array();
  std::map<std::string, int> seen;
  RepositoryPlaces places;
  for (const lint::Finding& finding : report.outcome.findings) {
    if (finding.suppressed) continue;
    // Fingerprints are unique in a report and do not follow lines: repeats are numbered.
    const RepositoryPlace place = places.of(finding.range);
    std::string key = place.file;
    key += ':';
    key += lint::fingerprint(finding);
    key += '-' + std::to_string(seen[key]++);
    // GitLab wants a line, also where none is known.
    const std::uint32_t line = place.rendered.empty() ? finding.range.first().line : 1;
    // GitLab does not show check_name.
    issues.push_back({{"description", std::string(finding.rule->name) + ": " + finding.message +
                                          origin_text(place)},
                      {"check_name", finding.rule->name},
                      {"fingerprint", key},
                      {"severity", severity_of(finding)},
                      {"location", {{"path", place.file}, {"lines", {{"begin", line}}}}}});
  }
  return issues.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnplint::reporters
