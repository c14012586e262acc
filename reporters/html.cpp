// SPDX-License-Identifier: Apache-2.0
#include "reporters/html.h"
#include "base/escape.h"
#include "base/resource.h"
#include "lint/rule.h"
#include "reporters/reporter.h"
#include "reporters/repository_places.h"

namespace cnplint::resources {
std::span<const base::Resource> report_resources();
}

namespace cnplint::reporters {
namespace {

using lint::Finding;

std::string source(const Finding& finding) {
  const base::SourceFile& file = *finding.range.file;
  const std::uint32_t number = finding.range.first().line;
  const std::string_view line = file.line(number);
  const std::size_t begin =
      std::min<std::size_t>(finding.range.begin - file.line_begin(number), line.size());
  const std::size_t length =
      std::min<std::size_t>(finding.range.end - finding.range.begin, line.size() - begin);
  return element("pre", "",
                 "<code>" + base::for_html(line.substr(0, begin)) + "<mark>" +
                     base::for_html(line.substr(begin, length)) + "</mark>" +
                     base::for_html(line.substr(begin + length)) + "</code>");
}

std::string note_text(const lint::Note& note) {
  if (note.range.file == nullptr) return base::for_html(note.message);
  return base::for_html(working_path(note.range.file->path())) + ":" +
         std::to_string(note.range.first().line) + ": " + base::for_html(note.message);
}

/// The lines that a fix changes, with `-` and `+` before them.
std::string fix_lines(const lint::Fix& fix) {
  if (!fix.is_applicable() || fix.edits.front().range.file != fix.edits.back().range.file)
    return {};
  const auto marked = [](const std::string& lines, const char* mark) {
    std::string text;
    for (std::size_t at = 0; at < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', at), lines.size());
      text += mark + lines.substr(at, end - at) + "\n";
      at = end + 1;
    }
    return text;
  };
  const policy::ChangedLines lines = policy::changed_lines(fix.edits);
  return element("pre", "", base::for_html(marked(lines.before, "- ") + marked(lines.after, "+ ")));
}

std::string article(const Finding& finding, RepositoryPlaces& places) {
  const base::LineColumn first = finding.range.first();
  std::string head = std::to_string(first.line) + ":" + std::to_string(first.column) + " <strong>" +
                     std::string(lint::severity_name(finding.severity)) + "</strong> " +
                     base::for_html(finding.message) + " <span class=\"rule\">[" +
                     base::for_html(finding.rule->name) + "]</span>";
  std::string body = element("p", "", head) + source(finding);
  if (!finding.subject.empty())
    body += element("p", "faint", base::for_html(finding.subject + " " + finding.path));
  if (const std::string_view from = places.source(finding.range); !from.empty())
    body += element("p", "faint", "from " + base::for_html(from));
  if (const std::string_view who = rejection_sentence(finding); !who.empty())
    body += element("p", "", base::for_html(who));
  for (const lint::Note& note : finding.notes) body += element("p", "", note_text(note));
  if (!finding.fix.empty())
    body += element("p", "", "Fix: " + base::for_html(finding.fix.title)) + fix_lines(finding.fix);
  return element("article", lint::severity_name(finding.severity), "\n" + body);
}

}  // namespace

std::string render_html(const LintReport& report) {
  std::string body =
      element("h1", "", "cnplint") + element("p", "", base::for_html(summary_line(report)));
  for (const base::Error& error : report.outcome.unreadable)
    body += element("article", "error", "\n" + element("p", "", base::for_html(error.message)));
  RepositoryPlaces places;
  const base::SourceFile* file = nullptr;
  for (const Finding& finding : report.outcome.findings) {
    if (finding.suppressed) continue;
    if (finding.range.file != file) {
      file = finding.range.file;
      body += element("h2", "", base::for_html(working_path(file->path())));
    }
    body += article(finding, places);
  }
  return html_page(body);
}

std::string element(std::string_view name, std::string_view cls, const std::string& content) {
  std::string text = "<" + std::string(name);
  if (!cls.empty()) text += " class=\"" + std::string(cls) + "\"";
  return text + ">" + content + "</" + std::string(name) + ">\n";
}

std::string html_page(const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
         "<title>cnplint</title>\n<style>\n" +
         std::string(resources::report_resources().front().text) + "</style>\n</head>\n<body>\n" +
         body + "</body>\n</html>\n";
}

}  // namespace cnplint::reporters
