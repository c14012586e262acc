// SPDX-License-Identifier: Apache-2.0
//
// Fixes: what each rule's makes of its example, and the laws of all of them over the conformance
// vectors, random policies and real repositories.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include "flows/capture.h"
#include "flows/reader.h"
#include "lint/rule.h"
#include "policy/text/value.h"
#include "policy/yaml/reader.h"
#include "project/check.h"
#include "project/fix.h"
#include "project/measure.h"
#include "rules/catalogue.h"
#include "tests/conformance/vectors.h"
#include "tests/golden.h"
#include "tests/node_json.h"
#include "tests/rules/claim_world.h"
#include "tests/rules/example_config.h"
#include "tests/seed.h"

namespace cnplint {
namespace {

using lint::Rule;

lint::Config config_from(const std::string& text) {
  if (text.empty()) return {};
  const tests::TemporaryFolder folder;
  auto config = lint::load_config(folder.write(".cnplint.yaml", text).string(), rules::catalogue());
  EXPECT_TRUE(config.has_value());
  return config ? *config : lint::Config();
}

/// A text that is fixed as a file of its own.
struct FixedText {
  std::unique_ptr<project::Project> project;
  project::Inputs* inputs = nullptr;
  project::Fixed fixed;
  std::string path;
  std::string text;  ///< what it becomes
};

/// What findings about traffic are made of; findings of the last round need it.
struct Held {
  std::unique_ptr<project::Measurement> measurement;
  lint::Remedies remedies;
  std::optional<lint::Traffic> traffic;
};

/// Lints by some rules (none: all), held against a capture where one is given.
project::Lint linter_of(const std::vector<const Rule*>& rules, std::string_view flows = {}) {
  const auto held = std::make_shared<std::deque<Held>>();
  std::shared_ptr<const flows::Reading> reading;
  if (!flows.empty()) {
    const tests::TemporaryFolder folder;
    reading = std::make_shared<const flows::Reading>(
        flows::read_captures({folder.write("flows.jsonl", std::string(flows)).string()}, {}));
  }
  return [rules, held, reading](const project::Project& project,
                                project::Inputs& inputs) -> base::Result<lint::Outcome> {
    project::CheckOptions options;
    options.rules = rules;
    options.fold = false;
    if (reading == nullptr) return project::check(project, inputs, options);
    Held& own = held->emplace_back();
    own.measurement = project::measure(inputs.clusters().front(), flows::resolve(reading->table));
    own.remedies = project::remedies(*own.measurement);
    own.traffic.emplace(lint::Traffic{own.measurement->report, own.measurement->traffic,
                                      own.remedies, "flows.jsonl"});
    options.traffic = &*own.traffic;
    return project::check(project, inputs, options);
  };
}

/// Fixes a text by some rules (none: all).
FixedText fix_text(const std::string& text, const std::string& config, bool unsafe,
                   const std::vector<const Rule*>& rules = {},
                   const std::string& name = "policy.yaml", std::string_view flows = {}) {
  FixedText result;
  result.path = name;
  result.project = std::make_unique<project::Project>(config_from(config), base::FileSet(), 1);
  result.inputs = &result.project->open({}, {{name, text}});
  auto fixed = project::fix(*result.project, *result.inputs, {unsafe, linter_of(rules, flows)});
  result.fixed = std::move(*fixed);
  const auto changed = result.fixed.texts.find(name);
  result.text = changed == result.fixed.texts.end() ? text : changed->second;
  return result;
}

/// Whether some finding of a rule in its bad example has edits.
bool has_edits(const Rule& rule) {
  project::Project project(config_from(tests::config_of(rule, rule.example.config)), {}, 1);
  project::Inputs& inputs =
      project.open({}, {{std::string(rule.example.file), std::string(rule.example.bad)}});
  const auto outcome = linter_of({&rule}, rule.example.flows)(project, inputs);
  return std::ranges::any_of(outcome->findings, [&](const lint::Finding& finding) {
    return finding.rule == &rule && finding.fix.is_applicable();
  });
}

/// Whether the titles of what was applied say what the engine does: what opens, what closes.
void expect_titles_say(const project::Fixed& fixed, const std::string& name) {
  std::string titles;
  bool unsafe = false;
  for (const project::AppliedFix& each : fixed.applied) {
    titles += each.title + "\n";
    unsafe = unsafe || each.applicability != lint::Applicability::safe;
    EXPECT_TRUE(each.applicability != lint::Applicability::unsafe ||
                each.title.find(':') != std::string::npos)
        << name << ": " << each.title;
  }
  for (const project::ClusterChanges& cluster : fixed.verdicts)
    for (const policy::VerdictChange& each : cluster.changes) {
      EXPECT_TRUE(unsafe) << name << ": " << titles << described(each);
      const bool repair = std::ranges::any_of(fixed.applied, [](const auto& applied) {
        return applied.applicability == lint::Applicability::repair;
      });
      if (repair || (each.change != policy::ChangeOfVerdict::opened &&
                     each.change != policy::ChangeOfVerdict::closed))
        continue;
      const bool opens = each.change == policy::ChangeOfVerdict::opened;
      EXPECT_NE(titles.find(opens ? "open" : "close"), std::string::npos)
          << name << ": " << titles << described(each);
    }
}

TEST(FixExamples, FixingTheBadExampleGivesTheFixedOne) {
  std::size_t count = 0;
  for (const Rule* rule : rules::catalogue()) {
    if (!has_edits(*rule)) {
      EXPECT_EQ(rule->example.fixed, "") << rule->name;
      continue;
    }
    ++count;
    const std::string file(rule->example.file);
    const std::string config = tests::config_of(*rule, rule->example.config);
    const FixedText once =
        fix_text(std::string(rule->example.bad), config, true, {rule}, file, rule->example.flows);
    EXPECT_EQ(once.text, rule->example.fixed) << "fixed " << rule->name << "\n" << once.text;
    expect_titles_say(once.fixed, std::string(rule->name));
    // A note may be left that no edit mends.
    for (const lint::Finding& finding : once.fixed.remaining.findings)
      EXPECT_FALSE(finding.rule == rule && finding.severity != lint::Severity::note)
          << rule->name << ": " << finding.message;
    const FixedText twice = fix_text(once.text, config, true, {rule}, file, rule->example.flows);
    EXPECT_TRUE(twice.fixed.texts.empty()) << rule->name << "\n" << twice.text;
  }
  constexpr std::size_t kLeast = 65;
  EXPECT_GE(count, kLeast);
}

/// Cases by files, named after their rule: `RULE--WHAT.yaml` becomes `RULE--WHAT.fixed.yaml`. The
/// rule `all` is every one, `safe` is every one without --unsafe.
TEST(FixCases, BecomeTheFilesBesideThem) {
  std::size_t count = 0;
  for (const std::filesystem::path& file :
       tests::entries(tests::repository("tests/project/fixes"))) {
    const std::string name = file.stem().string();
    if (name.ends_with(".fixed")) continue;
    ++count;
    const std::string rule_name = name.substr(0, name.find("--"));
    const std::span<const Rule* const> catalogue = rules::catalogue();
    const auto found = std::ranges::find(catalogue, rule_name, &Rule::name);
    const bool of_all = rule_name == "all" || rule_name == "safe";
    ASSERT_TRUE(of_all || found != catalogue.end()) << name;
    const Rule* rule = of_all ? nullptr : *found;
    const std::vector<const Rule*> rules = of_all ? std::vector<const Rule*>() : std::vector{rule};
    const std::string config = of_all ? "" : tests::config_of(*rule, "");
    const std::string own = file.filename().string();
    const bool unsafe = rule_name != "safe";
    const FixedText once = fix_text(tests::read(file), config, unsafe, rules, own);
    tests::expect_golden(file.parent_path() / (name + ".fixed" + file.extension().string()),
                         once.text);
    EXPECT_TRUE(of_all || !once.fixed.applied.empty()) << name;
    expect_titles_say(once.fixed, name);
    for (const lint::Finding& finding : once.fixed.remaining.findings)
      EXPECT_TRUE(of_all || finding.rule != rule) << name << ": " << finding.message;
    EXPECT_TRUE(fix_text(once.text, config, unsafe, rules, own).fixed.texts.empty()) << name;
  }
  constexpr std::size_t kLeast = 52;
  EXPECT_GE(count, kLeast);
}

/// The documents of a text.
std::vector<nlohmann::json> documents_of(const std::string& text) {
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("p", text));
  std::vector<nlohmann::json> all;
  for (const policy::Document& document : content.documents) {
    EXPECT_FALSE(document.error()) << text;
    all.push_back(tests::node_json(document.root(), [](policy::NodeRef number) {
      return nlohmann::json(std::string(number.text()));
    }));
  }
  return all;
}

enum class Style { lines, indented_lines, windows_lines, brackets, json };

/// A text of some documents in another style.
std::string in_style(const std::string& text, Style style) {
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("p", text));
  std::string all;
  for (const policy::Document& document : content.documents) {
    const policy::Value value = policy::Value::of(document.root());
    if (!all.empty()) all += "---\n";
    if (style == Style::lines || style == Style::windows_lines)
      all += policy::in_block(value);
    else if (style == Style::indented_lines)
      all += policy::in_block(value, {0, 4, true});
    else
      all += policy::in_flow(value, style == Style::json) + "\n";
  }
  if (style != Style::windows_lines) return all;
  std::string windows;
  for (const char c : all) windows.append(c == '\n' ? "\r\n" : std::string(1, c));
  return windows;
}

/// A fix means the same however the text is laid out.
TEST(FixExamples, MeanTheSameInEveryStyle) {
  std::size_t count = 0;
  for (const Rule* rule : rules::catalogue()) {
    // Suppressions are comments, which another style has not.
    if (rule->example.fixed.empty() || rule->example.bad.find('#') != std::string_view::npos)
      continue;
    const auto expected = documents_of(std::string(rule->example.fixed));
    const std::string config = tests::config_of(*rule, rule->example.config);
    for (const Style style : {Style::lines, Style::indented_lines, Style::windows_lines,
                              Style::brackets, Style::json}) {
      const std::string text = in_style(std::string(rule->example.bad), style);
      const FixedText fixed = fix_text(text, config, true, {rule}, std::string(rule->example.file),
                                       rule->example.flows);
      EXPECT_EQ(documents_of(fixed.text), expected) << rule->name << "\n"
                                                    << text << "---\n"
                                                    << fixed.text;
      ++count;
    }
  }
  constexpr std::size_t kLeast = 100;
  EXPECT_GE(count, kLeast);
}

/// What the laws say of one text: safe fixes change no verdict, fixing twice changes nothing, what
/// was fixed is read again, and a title of an unsafe fix says what it opens and closes.
void expect_laws(const std::string& text, const std::string& name, std::size_t& applied) {
  const FixedText safe = fix_text(text, "", false);
  applied += safe.fixed.applied.size();
  for (const project::AppliedFix& each : safe.fixed.applied)
    EXPECT_NE(each.applicability, lint::Applicability::unsafe) << name;
  const bool repaired =
      std::ranges::any_of(safe.fixed.applied, [](const project::AppliedFix& each) {
        return each.applicability != lint::Applicability::safe;
      });
  if (!repaired && !safe.fixed.verdicts.empty())
    ADD_FAILURE() << name << "\n"
                  << described(safe.fixed.verdicts.front().changes.front()) << "\n"
                  << text << "---\n"
                  << safe.text;
  const FixedText all = fix_text(text, "", true);
  applied += all.fixed.applied.size();
  const FixedText again = fix_text(all.text, "", true);
  EXPECT_TRUE(again.fixed.texts.empty()) << name << "\n"
                                         << text << "---\n"
                                         << all.text << "---\n"
                                         << again.text;
  for (const lint::Finding& finding : all.fixed.remaining.findings)
    EXPECT_FALSE(finding.fix.is_applicable() && !finding.suppressed &&
                 std::ranges::none_of(all.fixed.left,
                                      [&](const std::string& why) {
                                        return why.find(finding.rule->name) != std::string::npos;
                                      }))
        << name << ": " << finding.rule->name << ": " << finding.message;
}

TEST(FixLaws, HoldOverRandomPolicies) {
  constexpr unsigned kFew = 120;
  constexpr unsigned kMany = 3000;
  const unsigned sets = tests::wants_all_inputs() ? kMany : kFew;
  std::size_t applied = 0;
  for (unsigned seed = 0; seed < sets && !HasFailure(); ++seed)
    expect_laws(tests::random_manifests(seed), "seed " + std::to_string(seed), applied);
  std::cout << applied << " fixes applied\n";
  EXPECT_GT(applied, sets);
}

TEST(FixLaws, HoldOverConformanceScenarios) {
  constexpr std::size_t kFew = 24;  // of some thousand scenarios
  const std::size_t every = tests::wants_all_inputs() ? 1 : kFew;
  std::size_t applied = 0;
  for (const char* file :
       {"verdicts-1.jsonl.gz", "verdicts-2.jsonl.gz", "verdicts-facts.jsonl.gz"}) {
    std::size_t at = 0;
    for (const nlohmann::json& json : tests::vectors(file)) {
      if (at++ % every != 0) continue;
      expect_laws(tests::manifests_of_scenario(json), json["id"], applied);
      if (HasFailure()) break;
    }
  }
  std::cout << applied << " fixes applied\n";
  EXPECT_GT(applied, 10U);
}

/// Policies that the API server or Cilium refuse, each with one thing that is wrong.
TEST(FixLaws, HoldOverAdmissionVectors) {
  constexpr std::size_t kFew = 12;
  const std::size_t every = tests::wants_all_inputs() ? 1 : kFew;
  std::size_t applied = 0;
  std::size_t at = 0;
  for (const nlohmann::json& json : tests::vectors("admission.jsonl.gz")) {
    if (at++ % every != 0) continue;
    expect_laws(json["yaml"], json["id"], applied);
    if (HasFailure()) break;
  }
  std::cout << applied << " fixes applied\n";
  EXPECT_GT(applied, 10U);
}

/// What is written in this repository, and in folders that CNPLINT_FOLDERS names with colons
/// between them: manifests of all kinds and styles, broken ones among them.
TEST(FixLaws, HoldOverFiles) {
  std::vector<std::filesystem::path> folders{tests::repository("tests"),
                                             tests::repository("examples")};
  if (const char* given = std::getenv("CNPLINT_FOLDERS")) {
    std::istringstream list(given);
    for (std::string folder; std::getline(list, folder, ':');) folders.emplace_back(folder);
  }
  std::vector<std::filesystem::path> files;
  constexpr std::uintmax_t kLargest = 100000;
  for (const std::filesystem::path& folder : folders)
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const std::string extension = entry.path().extension().string();
      if (entry.is_regular_file() && entry.file_size() <= kLargest &&
          (extension == ".yaml" || extension == ".yml" || extension == ".json"))
        files.push_back(entry.path());
    }
  std::ranges::sort(files);
  constexpr std::size_t kFew = 8;
  const std::size_t every = tests::wants_all_inputs() ? 1 : kFew;
  std::size_t applied = 0;
  for (std::size_t i = 0; i < files.size(); i += every)
    expect_laws(tests::read(files[i]), files[i].string(), applied);
  std::cout << files.size() << " files, " << applied << " fixes applied\n";
  EXPECT_GT(applied, 10U);
}

}  // namespace
}  // namespace cnplint
