// SPDX-License-Identifier: Apache-2.0
//
// What holds for every rule: its texts are complete, its example is its test, its page is current.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "lint/rule.h"
#include "lint/rule_text.h"
#include "rules/catalogue.h"
#include "tests/golden.h"
#include "tests/rules/example_config.h"

namespace cnplint {
namespace {

using lint::Rule;

/// Lints one of the examples of a rule, under its configuration and with its capture.
lint::Outcome lint_example(const Rule& rule, std::string_view manifest, tests::Projects& store) {
  const bool in_folder = rule.once_per_folder || rule.example.file != lint::Example().file;
  return tests::lint_text(store, std::string(manifest), tests::config_of(rule, rule.example.config),
                          std::string(rule.example.flows),
                          in_folder ? std::string(rule.example.file) : "");
}

/// The findings of a rule in one of its examples.
std::string found(const Rule& rule, std::string_view manifest) {
  tests::Projects store;
  return tests::concise(lint_example(rule, manifest, store), rule.name);
}

TEST(Rules, TextsAreComplete) {
  const std::regex kebab("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  for (const Rule* rule : rules::catalogue()) {
    EXPECT_TRUE(std::regex_match(std::string(rule->name), kebab)) << rule->name;
    EXPECT_FALSE(rule->summary.empty() || rule->why.empty()) << rule->name;
    EXPECT_FALSE(rule->summary.ends_with('.')) << rule->name;
    EXPECT_FALSE(rule->example.bad.empty() || rule->example.good.empty()) << rule->name;
    constexpr std::size_t kSarifLimit = 1024;
    EXPECT_LE(rule->why.size(), kSarifLimit) << rule->name;
  }
}

TEST(Rules, TheBadExampleHasTheFinding) {
  for (const Rule* rule : rules::catalogue())
    EXPECT_NE(found(*rule, rule->example.bad), "") << rule->name;
}

TEST(Rules, TheGoodExampleHasNot) {
  for (const Rule* rule : rules::catalogue())
    EXPECT_EQ(found(*rule, rule->example.good), "") << rule->name;
}

/// A good example is to be copied: nobody may reject it.
TEST(Rules, TheGoodExampleIsAccepted) {
  for (const Rule* rule : rules::catalogue()) {
    tests::Projects store;
    const auto outcome = lint_example(*rule, rule->example.good, store);
    for (const lint::Finding& finding : outcome.findings)
      EXPECT_NE(finding.severity, lint::Severity::error)
          << rule->name << ": " << finding.rule->name << ": " << finding.message;
  }
}

TEST(Rules, MessagesAreInStyle) {
  for (const Rule* rule : rules::catalogue()) {
    tests::Projects store;
    const auto outcome = lint_example(*rule, rule->example.bad, store);
    for (const lint::Finding& finding : outcome.findings) {
      EXPECT_FALSE(finding.message.ends_with('.')) << finding.message;
      const char first = finding.message.front();
      EXPECT_FALSE(first >= 'A' && first <= 'Z' && !finding.message.starts_with("DNS") &&
                   !finding.message.starts_with("L7") && !finding.message.starts_with("ICMP") &&
                   !finding.message.starts_with("Cilium") && !finding.message.starts_with("HTTP") &&
                   !finding.message.starts_with("TLS"))
          << finding.message;
    }
  }
}

TEST(Rules, ValidityFindingsSayWhoRejects) {
  for (const Rule* rule : rules::catalogue()) {
    if (rule->family != lint::Family::validity || rule->severity != lint::Severity::error) continue;
    tests::Projects store;
    const auto outcome = lint_example(*rule, rule->example.bad, store);
    for (const lint::Finding& finding : outcome.findings) {
      if (finding.rule != rule) continue;
      EXPECT_TRUE(finding.rejected_by != lint::kNobody || finding.pruned) << rule->name;
    }
  }
}

/// docs/rules is what the rules say of themselves, and nothing else is in it.
TEST(Rules, PagesAreCurrent) {
  const auto folder = tests::repository("docs/rules");
  std::set<std::string> expected{"README.md"};
  for (const Rule* rule : rules::catalogue()) {
    const std::string name = std::string(rule->name) + ".md";
    expected.insert(name);
    tests::expect_golden(folder / name, lint::rule_markdown(*rule, rules::catalogue()));
  }
  tests::expect_golden(folder / "README.md", lint::rules_index(rules::catalogue()));
  for (const auto& page : tests::entries(folder)) {
    const bool known = expected.contains(page.filename().string());
    if (!known && tests::updating()) std::filesystem::remove(page);
    EXPECT_TRUE(known || tests::updating()) << page << " belongs to no rule";
  }
}

TEST(Rules, FilesHaveTheRulesName) {
  for (const Rule* rule : rules::catalogue()) {
    std::string name(rule->name);
    std::ranges::replace(name, '-', '_');
    const auto file = tests::repository("rules/" + std::string(lint::family_name(rule->family)) +
                                        "/" + name + ".cpp");
    EXPECT_TRUE(std::filesystem::exists(file)) << file;
  }
}

/// The folder of a rule's golden cases.
std::filesystem::path golden_folder(const Rule& rule) {
  std::string name(rule.name);
  std::ranges::replace(name, '-', '_');
  return tests::repository("tests/rules/" + name);
}

/// tests/rules/<rule_name>/example.out: what every rule says of its bad example, with place, notes
/// and fix.
TEST(Rules, ExamplesAreGoldenCases) {
  for (const Rule* rule : rules::catalogue())
    tests::expect_golden(golden_folder(*rule) / "example.out", found(*rule, rule->example.bad));
}

/// tests/rules/<rule_name>/<case>.yaml with <case>.out, the findings of that rule. `<case>.config`
/// is its configuration.
TEST(Rules, GoldenCases) {
  std::map<std::string, const Rule*> names;
  for (const Rule* rule : rules::catalogue()) names.emplace(rule->name, rule);
  for (const auto& folder : tests::entries(tests::repository("tests/rules"))) {
    if (!std::filesystem::is_directory(folder)) continue;
    std::string rule = folder.filename().string();
    std::ranges::replace(rule, '_', '-');
    ASSERT_TRUE(names.contains(rule)) << folder << " belongs to no rule";
    for (const auto& file : tests::entries(folder)) {
      if (file.filename() == "example.out") continue;
      auto manifest = file;
      manifest.replace_extension(".yaml");
      EXPECT_TRUE(std::filesystem::exists(manifest)) << file << " belongs to no case";
      if (file.extension() != ".yaml") continue;
      auto config = file;
      config.replace_extension(".config");
      auto out = file;
      out.replace_extension(".out");
      tests::Projects store;
      const auto outcome = tests::lint_text(
          store, tests::read(file),
          tests::config_of(*names[rule],
                           std::filesystem::exists(config) ? tests::read(config) : ""));
      tests::expect_golden(out, tests::concise(outcome, rule));
    }
  }
}

}  // namespace
}  // namespace cnplint
