// SPDX-License-Identifier: Apache-2.0
//
// Comments cite facts by number, or by page: every citation leads to a section or an entry of
// docs/facts.
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "lint/rule.h"
#include "rules/catalogue.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;

/// What a heading or the first cell of a row or list item of a page is called: `A3.4`, `V021`.
std::set<std::string> numbers() {
  static const std::regex kEntry(
      R"(^(?:#+ |\| |[*-] |\*\*[^*]*\*\* |- \*\*)(?:\(added\) )?([AVPKNRBS]\d+(?:\.\d+)?[a-z]?)\b)");
  // Rewrites and ranges stand in running text, one behind the other.
  static const std::regex kInText(R"(\b([RN]\d+)\b)");
  std::set<std::string> found;
  for (const fs::path& page : tests::entries(tests::repository("docs/facts"))) {
    std::istringstream lines(tests::read(page));
    for (std::string line; std::getline(lines, line);) {
      std::smatch match;
      if (std::regex_search(line, match, kEntry)) found.insert(match[1]);
      for (std::sregex_iterator at(line.begin(), line.end(), kInText), end; at != end; ++at)
        found.insert((*at)[1]);
    }
  }
  return found;
}

/// The comments of a file, joined.
std::string comments_of(const fs::path& file) {
  std::istringstream lines(tests::read(file));
  std::string text;
  for (std::string line; std::getline(lines, line);)
    if (const std::size_t begin = line.find("//"); begin != std::string::npos)
      text += line.substr(begin + 2) + " ";
  return text;
}

/// Every trap of Cilium that is known has a rule that rests on it, or a reason why none does.
TEST(Facts, EveryTrapHasARuleOrAReason) {
  static const std::regex kTrap(R"(\bP\d{3}\b)");
  const std::string text = tests::read(tests::repository("docs/facts/cilium-validation.md"));
  const std::string reasons = tests::read(tests::repository("docs/faults.md"));
  std::set<std::string> told;
  for (const lint::Rule* rule : rules::catalogue())
    for (const std::string_view fact : lint::words_of(rule->facts)) told.emplace(fact);
  for (std::sregex_iterator at(reasons.begin(), reasons.end(), kTrap), end; at != end; ++at)
    told.insert(at->str());
  std::set<std::string> traps;
  for (std::sregex_iterator at(text.begin(), text.end(), kTrap), end; at != end; ++at)
    traps.insert(at->str());
  EXPECT_GT(traps.size(), 90U);
  for (const std::string& trap : traps) EXPECT_TRUE(told.contains(trap)) << trap;
}

/// Facts that rules name are there, and so are the pages that docs/faults.md links to.
TEST(Facts, RulesAndFaultsLeadToPages) {
  const std::set<std::string> known = numbers();
  for (const lint::Rule* rule : rules::catalogue())
    for (const std::string_view fact : lint::words_of(rule->facts))
      EXPECT_TRUE(fact == "openshift" || known.contains(std::string(fact)))
          << rule->name << ": " << fact;
  static const std::regex kPage(R"(\(([a-z/-]+\.md)\))");
  const std::string text = tests::read(tests::repository("docs/faults.md"));
  std::size_t links = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), kPage), end; at != end; ++at, ++links)
    EXPECT_TRUE(fs::exists(tests::repository("docs") / (*at)[1].str())) << (*at)[1];
  EXPECT_GT(links, 60U);
}

TEST(Facts, EveryCitationLeadsToOne) {
  static const std::regex kNumber(
      R"(\b(A\d(?:\.\d)?|B\d(?:\.\d)?|[VP]\d{3}[a-z]?|K\d{1,2}(?:\.\d+)?|[NR]\d{1,2})\b)");
  static const std::regex kPage(R"(\bfacts/([a-z-]+\.md))");
  const std::set<std::string> known = numbers();
  EXPECT_TRUE(known.contains("A3.4") && known.contains("V021") && known.contains("P404") &&
              known.contains("K1.1") && known.contains("R5") && known.contains("B3.4"));
  std::size_t cited = 0;
  for (const char* room : {"base", "policy", "schemas", "flows", "lint", "rules", "coverage",
                           "harness", "synth", "reporters", "cli", "tests"})
    for (const auto& entry : fs::recursive_directory_iterator(tests::repository(room))) {
      const fs::path& file = entry.path();
      if (file.extension() != ".cpp" && file.extension() != ".h") continue;
      const std::string comments = comments_of(file);
      for (std::sregex_iterator at(comments.begin(), comments.end(), kNumber), end; at != end;
           ++at) {
        ++cited;
        EXPECT_TRUE(known.contains((*at)[1])) << file << " cites " << (*at)[1];
      }
      for (std::sregex_iterator at(comments.begin(), comments.end(), kPage), end; at != end; ++at)
        EXPECT_TRUE(fs::exists(tests::repository("docs/facts") / (*at)[1].str()))
            << file << " cites " << (*at)[1];
    }
  EXPECT_GT(cited, 80U);
}

}  // namespace
}  // namespace cnplint
