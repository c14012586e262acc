// SPDX-License-Identifier: Apache-2.0
//
// Diagnostics for reviewdog, which posts them and their suggestions on pull requests.
// https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
#include <nlohmann/json.hpp>

#include "lint/rule.h"
#include "policy/text/edit.h"
#include "policy/text/layout.h"
#include "reporters/documentation.h"
#include "reporters/reporter.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;
using lint::Finding;

/// Lines and columns from 1; columns count bytes there.
Json position_json(const base::SourceFile& file, std::uint32_t offset) {
  return {{"line", file.line_of(offset)}, {"column", policy::column_of(file, offset) + 1}};
}

Json range_json(base::SourceRange range) {
  return {{"start", position_json(*range.file, range.begin)},
          {"end", position_json(*range.file, range.end)}};
}

std::string_view severity_of(lint::Severity severity) {
  if (severity == lint::Severity::error) return "ERROR";
  return severity == lint::Severity::warning ? "WARNING" : "INFO";
}

std::string message_of_diagnostic(const Finding& finding) {
  std::string text = finding.message;
  if (const std::string_view who = rejection_sentence(finding); !who.empty())
    text.append("\n").append(who);
  for (const lint::Note& note : finding.notes)
    if (note.range.file == nullptr) text += "\n" + note.message;
  if (!finding.fix.empty()) text += "\nfix: " + finding.fix.title;
  return text;
}

Json diagnostic_json(const Finding& finding, RepositoryPlaces& places) {
  const RepositoryPlace at = places.of(finding.range);
  Json location = {{"path", at.file}};
  if (at.rendered.empty()) location["range"] = range_json(finding.range);
  Json diagnostic = {{"message", message_of_diagnostic(finding)},
                     {"location", location},
                     {"severity", severity_of(finding.severity)},
                     {"code", {{"value", finding.rule->name}}}};
  // A suggestion is one piece of the file that the diagnostic is in.
  const policy::Edits& edits = finding.fix.edits;
  const bool here = !edits.empty() && at.rendered.empty() &&
                    edits.front().range.file == finding.range.file &&
                    edits.back().range.file == finding.range.file;
  if (here) {
    const policy::Edit all = policy::joined(edits);
    diagnostic["suggestions"] =
        Json::array({{{"range", range_json(all.range)}, {"text", all.text}}});
  }
  return diagnostic;
}

}  // namespace

std::string render_rdjson(const LintReport& report) {
  RepositoryPlaces places;
  Json list = Json::array();
  for (const Finding& finding : report.outcome.findings)
    if (!finding.suppressed) list.push_back(diagnostic_json(finding, places));
  Json source = {{"name", "cnplint"}};
  if (!kDocumentation.empty()) source["url"] = kDocumentation;
  const Json root = {{"source", std::move(source)}, {"diagnostics", list}};
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnplint::reporters
