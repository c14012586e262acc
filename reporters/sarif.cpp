// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "lint/rule.h"
#include "reporters/documentation.h"
#include "reporters/line_hash.h"
#include "reporters/reporter.h"
#include "reporters/repository_places.h"
#include "reporters/sarif_parts.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;
using lint::Finding;
using lint::Rule;

std::string_view level(lint::Severity severity) { return lint::severity_name(severity); }

std::string help_markdown(const Rule& rule) {
  return std::string(rule.why) + "\n\n## Finding\n\n```yaml\n" + std::string(rule.example.bad) +
         "```\n\n## Without\n\n```yaml\n" + std::string(rule.example.good) +
         "```\n\n## Allow it\n\n" + "`# cnplint: allow " + std::string(rule.name) +
         " -- reason` on the line or above it.\n";
}

/// The name that readers of SARIF expect beside the id: "EmptyPeerSelector".
std::string pascal_name(std::string_view name) {
  std::string result;
  bool start = true;
  for (const char c : name) {
    if (c != '-') result += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    start = c == '-';
  }
  return result;
}

Json properties_of(const Rule& rule) {
  const bool note = rule.severity == lint::Severity::note;
  Json properties = {
      {"tags", {lint::family_name(rule.family)}},
      {"precision", rule.certainty == lint::Certainty::certain ? "very-high" : "high"},
      {"problem.severity", note ? "recommendation" : level(rule.severity)}};
  // The field makes a rule a security rule: those that let more through than they should.
  const bool security =
      rule.family == lint::Family::exposure || rule.family == lint::Family::effect;
  if (security) {
    properties["tags"].push_back("security");
    properties["tags"].push_back("external/cwe/cwe-284");
    properties["security-severity"] = rule.family == lint::Family::exposure ? "6.5" : "5.0";
  }
  return properties;
}

Json rule_json(const Rule& rule) {
  const std::string markdown = help_markdown(rule);
  Json object = {{"id", rule.name}};
  // A name that is the identifier in another case is none (SARIF1001).
  if (const std::string name = pascal_name(rule.name); !base::equal_ignoring_case(name, rule.name))
    object["name"] = name;
  object["shortDescription"] = {{"text", sentence(rule.summary)}};
  object["fullDescription"] = {{"text", std::string(rule.why)}};
  if (std::string page = page_of_rule(rule.name); !page.empty())
    object["helpUri"] = std::move(page);
  object["help"] = {{"text", std::string(rule.why)}, {"markdown", markdown}};
  object["defaultConfiguration"] = {{"level", level(rule.severity)}};
  object["properties"] = properties_of(rule);
  return object;
}

std::string message_of(const Finding& finding, const RepositoryPlace& place) {
  std::string text = sentence(finding.message);
  if (!place.rendered.empty())
    text += " Rendered at " + place.rendered + ".";
  else if (!place.source.empty())
    text += " Rendered from " + place.source + ".";
  if (const std::string_view who = rejection_sentence(finding); !who.empty())
    text += " " + sentence(who);
  if (!finding.fix.empty()) text += " Fix: " + finding.fix.title + ".";
  return text;
}

/// A fix as readers of SARIF apply it: for each file the regions that are replaced.
Json fix_json(const lint::Fix& fix, RepositoryPlaces& places) {
  Json changes = Json::array();
  const base::SourceFile* file = nullptr;
  for (const policy::Edit& edit : fix.edits) {
    if (edit.range.file != file) {
      file = edit.range.file;
      changes.push_back({{"artifactLocation", artifact_json(places.path(*file))},
                         {"replacements", Json::array()}});
    }
    changes.back()["replacements"].push_back(
        {{"deletedRegion", region_json(edit.range, false)},
         {"insertedContent", {{"text", policy::inserted_text(edit)}}}});
  }
  return {{"description", {{"text", sentence(fix.title)}}}, {"artifactChanges", changes}};
}

/// The results of a run; hashes of lines are computed once for each file.
class Results {
 public:
  explicit Results(const std::map<const Rule*, std::size_t>& indices) : indices_(indices) {}

  Json result(const Finding& finding) {
    const RepositoryPlace at = places_.of(finding.range);
    Json location = location_json(finding.range, at);
    if (!finding.subject.empty())
      location["logicalLocations"] = {
          {{"fullyQualifiedName", finding.subject + "/" + finding.path}, {"kind", "resource"}}};
    Json json = {{"ruleId", finding.rule->name},
                 {"ruleIndex", indices_.at(finding.rule)},
                 {"level", level(finding.severity)},
                 {"message", {{"text", message_of(finding, at)}}},
                 {"locations", Json::array({location})}};
    Json related = Json::array();
    for (const lint::Note& note : finding.notes) {
      if (note.range.file == nullptr) {
        json["message"]["text"] =
            json["message"]["text"].get<std::string>() + " " + sentence(note.message);
        continue;
      }
      Json place = location_json(note.range, places_.of(note.range));
      place["id"] = related.size() + 1;
      place["message"] = {{"text", sentence(note.message)}};
      related.push_back(place);
    }
    if (!related.empty()) json["relatedLocations"] = related;
    // The lines of a rendered text are nobody's to change.
    if (finding.fix.is_applicable() && at.rendered.empty())
      json["fixes"] = Json::array({fix_json(finding.fix, places_)});
    // The hash is of a line of the file that the result points into.
    if (at.rendered.empty())
      json["partialFingerprints"]["primaryLocationLineHash"] = line_hash(finding.range);
    json["partialFingerprints"]["cnplint/v1"] = lint::fingerprint(finding);
    if (!at.source.empty()) json["properties"]["source"] = at.source;
    if (!at.rendered.empty()) json["properties"]["rendered"] = at.rendered;
    if (finding.suppressed) {
      Json suppression = {{"kind", "inSource"}};
      if (!finding.suppression_reason.empty())
        suppression["justification"] = finding.suppression_reason;
      json["suppressions"] = Json::array({suppression});
    }
    return json;
  }

 private:
  std::string line_hash(base::SourceRange range) {
    auto& hashes = hashes_[range.file];
    if (hashes.empty()) hashes = line_hashes(range.file->text());
    const std::size_t line = range.first().line - 1;
    return line < hashes.size() ? hashes[line] : hashes.back();
  }

  const std::map<const Rule*, std::size_t>& indices_;
  std::map<const base::SourceFile*, std::vector<std::string>> hashes_;
  RepositoryPlaces places_;
};

Json invocation_json(const LintReport& report) {
  const std::vector<base::Error>& unreadable = report.outcome.unreadable;
  Json invocation = {{"executionSuccessful", unreadable.empty()}};
  for (const base::Error& error : unreadable)
    invocation["toolExecutionNotifications"].push_back(
        {{"level", "error"}, {"message", {{"text", sentence(error.message)}}}});
  return invocation;
}

}  // namespace

std::string render_sarif(const LintReport& report) {
  std::map<const Rule*, std::size_t> indices;
  Json rules = Json::array();
  std::set<const Rule*> used;
  for (const Finding& finding : report.outcome.findings) used.insert(finding.rule);
  for (const Rule* rule : report.rules) {
    if (!used.contains(rule)) continue;
    indices[rule] = rules.size();
    rules.push_back(rule_json(*rule));
  }
  Results results(indices);
  Json list = Json::array();
  for (const Finding& finding : report.outcome.findings) list.push_back(results.result(finding));
  return sarif_log(report.version, rules, invocation_json(report), list);
}

}  // namespace cnplint::reporters
