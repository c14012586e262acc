// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <vector>

#include "lint/rule.h"
#include "reporters/escape.h"
#include "reporters/reporter.h"

namespace cnplint::reporters {
namespace {

using lint::Finding;

/// One testsuite: a file, with a case for each finding, or one that passes.
struct Suite {
  std::string path;
  std::vector<const Finding*> findings;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;

  [[nodiscard]] std::size_t tests() const { return findings.empty() ? 1 : findings.size(); }
};

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + for_xml(value) + "\"";
}

/// Jenkins takes what stands before the last dot for a package: the path without its ending.
std::string class_name(std::string path) {
  if (const std::size_t dot = path.rfind('.');
      dot != std::string::npos && dot > path.rfind('/') + 1)
    path.resize(dot);
  for (char& c : path)
    if (c == '/') c = '.';
  return path;
}

std::string body_of(const Finding& finding) {
  const base::LineColumn first = finding.range.first();
  std::string body = report_path(*finding.range.file) + ":" + std::to_string(first.line) + ":" +
                     std::to_string(first.column) + ": " + finding.message + "\n";
  if (const std::string_view who = rejection_sentence(finding); !who.empty())
    body += std::string(who) + "\n";
  for (const lint::Note& note : finding.notes) body += note.message + "\n";
  if (!finding.fix.empty()) body += "fix: " + finding.fix + "\n";
  return body;
}

/// Unreadable input is an error, suppressed findings are skipped, notes pass with a text, and other
/// findings are failures.
bool is_broken(const Finding& finding) { return finding.rule->name == "yaml-syntax-error"; }

std::string test_case(const Suite& suite, const Finding& finding,
                      std::map<std::string, int>& names) {
  std::string name = std::string(finding.rule->name) + " " + finding.subject + " " + finding.path;
  while (name.ends_with(' ')) name.pop_back();
  // GitLab shows only the first of two cases with one name.
  if (const int repeat = names[name]++; repeat > 0) name += " (" + std::to_string(repeat + 1) + ")";
  const std::string file = attribute("file", suite.path);
  const std::string line = attribute("line", std::to_string(finding.range.first().line));
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
    return text + "      <system-out>" + for_xml(body_of(finding)) +
           "</system-out>\n    </testcase>\n";
  const std::string element = is_broken(finding) ? "error" : "failure";
  return text + "      <" + element + attribute("type", lint::severity_name(finding.severity)) +
         attribute("message", finding.message) + file + line + ">" + for_xml(body_of(finding)) +
         "</" + element + ">\n    </testcase>\n";
}

std::string suite_xml(const Suite& suite) {
  std::string text = "  <testsuite" + attribute("name", suite.path) +
                     attribute("tests", std::to_string(suite.tests())) +
                     attribute("failures", std::to_string(suite.failures)) +
                     attribute("errors", std::to_string(suite.errors)) +
                     attribute("skipped", std::to_string(suite.skipped)) + " time=\"0\">\n";
  if (suite.findings.empty())
    text += "    <testcase name=\"no findings\"" + attribute("classname", class_name(suite.path)) +
            attribute("file", suite.path) + " time=\"0\"/>\n";
  std::map<std::string, int> names;
  for (const Finding* finding : suite.findings) text += test_case(suite, *finding, names);
  return text + "  </testsuite>\n";
}

std::vector<Suite> suites_of(const LintReport& report) {
  std::vector<Suite> suites;
  std::map<const base::SourceFile*, std::size_t> by_file;
  for (const base::SourceFile* file : report.outcome.files) {
    by_file[file] = suites.size();
    suites.push_back({report_path(*file), {}});
  }
  for (const Finding& finding : report.outcome.findings) {
    Suite& suite = suites[by_file.at(finding.range.file)];
    suite.findings.push_back(&finding);
    if (finding.suppressed)
      ++suite.skipped;
    else if (is_broken(finding))
      ++suite.errors;
    else if (finding.severity != lint::Severity::note)
      ++suite.failures;
  }
  return suites;
}

std::string unreadable_suite(const std::vector<base::Error>& unreadable) {
  const std::string count = attribute("tests", std::to_string(unreadable.size())) +
                            attribute("errors", std::to_string(unreadable.size()));
  std::string text = "  <testsuite name=\"unreadable input\"" + count +
                     " failures=\"0\" skipped=\"0\" time=\"0\">\n";
  for (const base::Error& error : unreadable)
    text += "    <testcase" + attribute("name", error.message) +
            " classname=\"cnplint\" time=\"0\">\n      <error type=\"unreadable\"" +
            attribute("message", error.message) + ">" + for_xml(error.message) +
            "</error>\n    </testcase>\n";
  return text + "  </testsuite>\n";
}

}  // namespace

std::string render_junit(const LintReport& report) {
  const std::vector<base::Error>& unreadable = report.outcome.unreadable;
  std::size_t tests = unreadable.size();
  std::size_t failures = 0;
  std::size_t errors = unreadable.size();
  std::size_t skipped = 0;
  std::string body;
  for (const Suite& suite : suites_of(report)) {
    tests += suite.tests();
    failures += suite.failures;
    errors += suite.errors;
    skipped += suite.skipped;
    body += suite_xml(suite);
  }
  if (!unreadable.empty()) body += unreadable_suite(unreadable);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cnplint\"" +
         attribute("tests", std::to_string(tests)) +
         attribute("failures", std::to_string(failures)) +
         attribute("errors", std::to_string(errors)) +
         attribute("skipped", std::to_string(skipped)) + " time=\"0\">\n" + body +
         "</testsuites>\n";
}

}  // namespace cnplint::reporters
