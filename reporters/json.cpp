// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "lint/rule.h"
#include "reporters/reporter.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;
using lint::Finding;

void add_range(Json& object, base::SourceRange range) {
  const base::LineColumn first = range.first();
  const base::LineColumn last = range.last();
  object["line"] = first.line;
  object["column"] = first.column;
  object["endLine"] = last.line;
  object["endColumn"] = last.column;
}

Json note_json(const lint::Note& note, RepositoryPlaces& places) {
  Json object = {{"message", note.message}};
  if (note.range.file == nullptr) return object;
  object["file"] = places.path(*note.range.file);
  add_range(object, note.range);
  return object;
}

Json finding_json(const Finding& finding, const lint::Outcome& outcome, RepositoryPlaces& places) {
  Json object = {{"rule", finding.rule->name},
                 {"severity", lint::severity_name(finding.severity)},
                 {"family", lint::family_name(finding.rule->family)},
                 {"file", places.path(*finding.range.file)},
                 {"document", finding.document}};
  add_range(object, finding.range);
  if (const std::string_view source = places.source(finding.range); !source.empty())
    object["source"] = places.source_path(source);
  object["message"] = finding.message;
  object["subject"] = finding.subject;
  object["path"] = finding.path;
  if (finding.rule->family == lint::Family::validity || finding.rejected_by != lint::kNobody) {
    object["rejectedBy"] = Json::array();
    if ((finding.rejected_by & lint::kApiServer) != 0) object["rejectedBy"].push_back("apiserver");
    if ((finding.rejected_by & lint::kCilium) != 0) object["rejectedBy"].push_back("cilium");
  }
  if (finding.pruned) object["pruned"] = true;
  for (const std::uint32_t cluster : finding.clusters)
    object["clusters"].push_back(outcome.clusters[cluster]);
  if (!finding.notes.empty())
    for (const lint::Note& note : finding.notes) object["notes"].push_back(note_json(note, places));
  if (!finding.fix.empty()) object["fix"] = finding.fix.title;
  if (finding.fix.is_applicable()) {
    object["fixApplicability"] = lint::applicability_name(finding.fix.applicability);
    for (const policy::Edit& edit : finding.fix.edits) {
      Json replacement = {{"file", places.path(*edit.range.file)}};
      add_range(replacement, edit.range);
      replacement["text"] = policy::inserted_text(edit);
      object["fixEdits"].push_back(replacement);
    }
  }
  if (finding.suppressed) {
    object["suppressed"] = true;
    object["suppressionReason"] = finding.suppression_reason;
  }
  if (finding.repeats > 0) object["repeats"] = finding.repeats;
  object["fingerprint"] = lint::fingerprint(finding);
  return object;
}

}  // namespace

std::string render_json(const LintReport& report) {
  const lint::Counts& counts = report.outcome.counts;
  Json summary = {{"files", counts.files},           {"documents", counts.documents()},
                  {"policies", counts.policies},     {"inventory", counts.inventory},
                  {"other", counts.other},           {"templates", counts.templates},
                  {"broken", counts.broken},         {"errors", counts.findings[2]},
                  {"warnings", counts.findings[1]},  {"notes", counts.findings[0]},
                  {"suppressed", counts.suppressed}, {"noManifests", counts.no_manifests}};
  summary["suppressedByRule"] = Json::object();
  for (const auto& [rule, count] : suppressed_by_rule(report.outcome))
    summary["suppressedByRule"][std::string(rule)] = count;
  Json root = {{"tool", {{"name", "cnplint"}, {"version", report.version}}},
               {"cilium", report.cilium},
               {"summary", summary},
               {"findings", Json::array()},
               {"unreadable", Json::array()}};
  RepositoryPlaces places;
  for (const Finding& finding : report.outcome.findings)
    if (is_shown(report, finding))
      root["findings"].push_back(finding_json(finding, report.outcome, places));
  for (const base::Error& error : report.outcome.unreadable)
    root["unreadable"].push_back(error.message);
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnplint::reporters
