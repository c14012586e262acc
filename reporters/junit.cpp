// SPDX-License-Identifier: Apache-2.0
#include "reporters/junit.h"

#include <algorithm>
#include <map>
#include <vector>

#include "lint/rule.h"
#include "reporters/reporter.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

using lint::Finding;

/// A finding, and where a reader finds it.
struct Placed {
  const Finding* finding;
  RepositoryPlace place;
};

/// A file, with a case for each finding, or one that passes.
struct Suite {
  std::string path;
  std::vector<Placed> findings;
};

std::string body_of(const Placed& placed) {
  const Finding& finding = *placed.finding;
  const base::LineColumn first = finding.range.first();
  std::string body = placed.place.rendered;
  if (body.empty())
    body =
        placed.place.file + ":" + std::to_string(first.line) + ":" + std::to_string(first.column);
  body += ": " + finding.message + "\n";
  if (!placed.place.source.empty()) body += "from " + placed.place.source + "\n";
  if (const std::string_view who = rejection_sentence(finding); !who.empty())
    body += std::string(who) + "\n";
  for (const lint::Note& note : finding.notes) body += note.message + "\n";
  if (!finding.fix.empty()) body += "fix: " + finding.fix.title + "\n";
  return body;
}

/// Unreadable input is an error, suppressed findings are skipped, notes pass with a text, and other
/// findings are failures.
bool is_broken(const Finding& finding) { return finding.rule->name == "yaml-syntax-error"; }

std::string test_case(const Suite& suite, const Placed& placed, std::map<std::string, int>& names) {
  const Finding& finding = *placed.finding;
  std::string name = std::string(finding.rule->name) + " " + finding.subject + " " + finding.path;
  while (name.ends_with(' ')) name.pop_back();
  name = unique_name(name, names);
  const std::string file = attribute("file", suite.path);
  const std::string line = placed.place.rendered.empty()
                               ? attribute("line", std::to_string(finding.range.first().line))
                               : std::string();
  std::string text = "    <testcase" + attribute("name", name) +
                     attribute("classname", class_name(suite.path)) + file + line +
                     " time=\"0\">\n";
  if (finding.suppressed) {
    const std::string reason = finding.suppression_reason.empty()
                                   ? "suppressed"
                                   : "suppressed: " + finding.suppression_reason;
    return text + "      <skipped" + attribute("message", reason) + "/>\n    </testcase>\n";
  }
  if (finding.severity == lint::Severity::note)
    return text + "      <system-out>" + base::for_xml(body_of(placed)) +
           "</system-out>\n    </testcase>\n";
  const std::string element = is_broken(finding) ? "error" : "failure";
  return text + "      <" + element + attribute("type", lint::severity_name(finding.severity)) +
         attribute("message", finding.message) + file + line + ">" +
         base::for_xml(body_of(placed)) + "</" + element + ">\n    </testcase>\n";
}

JunitSuite rendered(const Suite& suite) {
  JunitSuite result{suite.path, {}, std::max<std::size_t>(1, suite.findings.size())};
  if (suite.findings.empty())
    result.cases = "    <testcase name=\"no findings\"" +
                   attribute("classname", class_name(suite.path)) + attribute("file", suite.path) +
                   " time=\"0\"/>\n";
  std::map<std::string, int> names;
  for (const Placed& placed : suite.findings) {
    const Finding& finding = *placed.finding;
    result.cases += test_case(suite, placed, names);
    if (finding.suppressed)
      ++result.skipped;
    else if (is_broken(finding))
      ++result.errors;
    else if (finding.severity != lint::Severity::note)
      ++result.failures;
  }
  return result;
}

/// The suites of a run by the paths of their files: those that were read, and of standard input
/// those that it was rendered from.
class Suites {
 public:
  explicit Suites(const LintReport& report) {
    for (const base::SourceFile* file : report.outcome.files) {
      const policy::SourceComments& sources = places_.sources(*file);
      if (!is_standard_input(*file) || sources.empty()) {
        add(places_.path(*file));
        continue;
      }
      for (const std::string_view source : sources.all()) add(places_.source_path(source));
    }
    for (const Finding& finding : report.outcome.findings) {
      RepositoryPlace place = places_.of(finding.range);
      Suite& suite = add(place.file);
      suite.findings.push_back({&finding, std::move(place)});
    }
  }

  [[nodiscard]] const std::vector<Suite>& all() const { return suites_; }

 private:
  Suite& add(const std::string& path) {
    const auto [known, added] = by_path_.try_emplace(path, suites_.size());
    if (added) suites_.push_back({path, {}});
    return suites_[known->second];
  }

  RepositoryPlaces places_;
  std::vector<Suite> suites_;
  std::map<std::string, std::size_t> by_path_;
};

}  // namespace

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + base::for_xml(value) + "\"";
}

std::string class_name(std::string path) {
  if (const std::size_t dot = path.rfind('.');
      dot != std::string::npos && dot > path.rfind('/') + 1)
    path.resize(dot);
  for (char& c : path)
    if (c == '/') c = '.';
  return path;
}

std::string unique_name(const std::string& name, std::map<std::string, int>& names) {
  const int repeat = names[name]++;
  return repeat == 0 ? name : name + " (" + std::to_string(repeat + 1) + ")";
}

JunitSuite error_suite(std::span<const std::string> messages) {
  JunitSuite suite{"unreadable input", {}, messages.size(), 0, messages.size()};
  for (const std::string& message : messages)
    suite.cases += "    <testcase" + attribute("name", message) +
                   " classname=\"cnplint\" time=\"0\">\n      <error type=\"unreadable\"" +
                   attribute("message", message) + ">" + base::for_xml(message) +
                   "</error>\n    </testcase>\n";
  return suite;
}

std::string junit_document(std::span<const JunitSuite> suites) {
  const auto counts = [](const JunitSuite& each) {
    return attribute("tests", std::to_string(each.tests)) +
           attribute("failures", std::to_string(each.failures)) +
           attribute("errors", std::to_string(each.errors)) +
           attribute("skipped", std::to_string(each.skipped)) + " time=\"0\">\n";
  };
  JunitSuite all;
  std::string body;
  for (const JunitSuite& suite : suites) {
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
    all.skipped += suite.skipped;
    body += "  <testsuite" + attribute("name", suite.name) + counts(suite) + suite.cases +
            "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cnplint\"" + counts(all) +
         body + "</testsuites>\n";
}

std::string render_junit(const LintReport& report) {
  std::vector<JunitSuite> suites;
  const Suites by_path(report);
  for (const Suite& suite : by_path.all()) suites.push_back(rendered(suite));
  std::vector<std::string> unreadable;
  for (const base::Error& error : report.outcome.unreadable) unreadable.push_back(error.message);
  if (!unreadable.empty()) suites.push_back(error_suite(unreadable));
  return junit_document(suites);
}

}  // namespace cnplint::reporters
