// SPDX-License-Identifier: Apache-2.0
//
// Cobertura and LCOV: the lines of policies as code coverage shows them. In both, a line without
// hits is a rule line that no traffic uses.
#include <array>
#include <cstdio>

#include "base/escape.h"
#include "reporters/coverage.h"
#include "reporters/junit.h"

namespace cnplint::reporters {
namespace {

/// Lines and points of some files, counted.
struct Sum {
  std::uint64_t lines = 0;
  std::uint64_t hit = 0;
  std::uint64_t points = 0;
  std::uint64_t used = 0;

  void add(const std::map<std::uint32_t, CoveredLine>& file) {
    for (const auto& [number, line] : file) {
      ++lines;
      hit += line.hits > 0 ? 1 : 0;
      if (line.points < 2) continue;
      points += line.points;
      used += line.used;
    }
  }
};

std::string rate(std::uint64_t part, std::uint64_t whole) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4f", coverage::percent(part, whole) / 100.0);
  return text.data();
}

std::string rates(const Sum& sum) {
  return attribute("line-rate", rate(sum.hit, sum.lines)) +
         attribute("branch-rate", rate(sum.used, sum.points)) + " complexity=\"0\"";
}

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? "." : file.substr(0, slash);
}

std::string class_xml(const std::string& file, const std::map<std::uint32_t, CoveredLine>& lines) {
  Sum sum;
  sum.add(lines);
  std::string text = "        <class" + attribute("name", file.substr(file.rfind('/') + 1)) +
                     attribute("filename", file) + rates(sum) +
                     ">\n          <methods/>\n          <lines>\n";
  for (const auto& [number, line] : lines) {
    text += "            <line" + attribute("number", std::to_string(number)) +
            attribute("hits", std::to_string(line.hits));
    if (line.points > 1)
      text += " branch=\"true\"" +
              attribute("condition-coverage", std::to_string(line.used * 100 / line.points) +
                                                  "% (" + std::to_string(line.used) + "/" +
                                                  std::to_string(line.points) + ")");
    else
      text += " branch=\"false\"";
    text += "/>\n";
  }
  return text + "          </lines>\n        </class>\n";
}

}  // namespace

std::string render_coverage_cobertura(const CoverageView& view) {
  const CoveredLines files = covered_lines(view.report);
  Sum all;
  std::map<std::string, Sum> folders;
  std::map<std::string, std::string> classes;
  for (const auto& [file, lines] : files) {
    all.add(lines);
    folders[folder_of(file)].add(lines);
    classes[folder_of(file)] += class_xml(file, lines);
  }
  // The time is left at 0: the same inputs give the same bytes.
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n"
      "<coverage" +
      attribute("line-rate", rate(all.hit, all.lines)) +
      attribute("branch-rate", rate(all.used, all.points)) +
      attribute("lines-covered", std::to_string(all.hit)) +
      attribute("lines-valid", std::to_string(all.lines)) +
      attribute("branches-covered", std::to_string(all.used)) +
      attribute("branches-valid", std::to_string(all.points)) + " complexity=\"0\"" +
      attribute("version", "cnplint " + std::string(view.version)) +
      " timestamp=\"0\">\n  <sources>\n    <source>.</source>\n  </sources>\n  <packages>\n";
  for (const auto& [folder, sum] : folders)
    text += "    <package" + attribute("name", folder) + rates(sum) + ">\n      <classes>\n" +
            classes[folder] + "      </classes>\n    </package>\n";
  return text + "  </packages>\n</coverage>\n";
}

std::string render_coverage_lcov(const CoverageView& view) {
  std::string text;
  for (const auto& [file, lines] : covered_lines(view.report)) {
    // A line break in a name would begin a record of its own.
    text += "TN:policies\nSF:" + base::for_terminal(file) + "\n";
    Sum sum;
    sum.add(lines);
    for (const auto& [number, line] : lines) {
      if (line.points < 2) continue;
      for (std::uint32_t i = 0; i < line.points; ++i)
        text += "BRDA:" + std::to_string(number) + ",0," + std::to_string(i) + "," +
                (i < line.used ? "1" : "0") + "\n";
    }
    text += "BRF:" + std::to_string(sum.points) + "\nBRH:" + std::to_string(sum.used) + "\n";
    for (const auto& [number, line] : lines)
      text += "DA:" + std::to_string(number) + "," + std::to_string(line.hits) + "\n";
    text +=
        "LF:" + std::to_string(sum.lines) + "\nLH:" + std::to_string(sum.hit) + "\nend_of_record\n";
  }
  return text;
}

}  // namespace cnplint::reporters
