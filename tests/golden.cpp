// SPDX-License-Identifier: Apache-2.0
#include "tests/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "flows/reader.h"
#include "lint/rule.h"
#include "project/check.h"
#include "project/measure.h"
#include "rules/catalogue.h"

namespace cnplint::tests {
namespace {

namespace fs = std::filesystem;

bool update_ = false;

}  // namespace

void set_update(bool update) { update_ = update; }
bool updating() { return update_; }

fs::path repository(const std::string& path) { return fs::path(CNPLINT_SOURCE_DIR) / path; }

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) ADD_FAILURE() << "cannot read " << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> result;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (!entry.path().filename().string().starts_with('.')) result.push_back(entry.path());
  std::ranges::sort(result);
  return result;
}

void expect_golden(const fs::path& file, const std::string& actual) {
  if (update_) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << actual;
    return;
  }
  ASSERT_TRUE(fs::exists(file)) << file << " is missing; run cnplint_tests --update and review it";
  EXPECT_EQ(actual, read(file)) << file;
}

lint::Outcome lint_text(Projects& projects, const std::string& text, const std::string& config,
                        const std::string& flows, const std::string& name) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "policy.yaml";
  lint::Config settings;
  settings.folder = folder.path().string();
  if (!config.empty()) {
    auto loaded =
        lint::load_config(folder.write(".cnplint.yaml", config).string(), rules::catalogue());
    if (loaded)
      settings = *loaded;
    else
      ADD_FAILURE() << loaded.error().message;
  }
  project::Project& project = projects.emplace_back(settings);
  // Objects of a text are in namespace default where they name none.
  std::vector<std::string> paths;
  std::vector<project::InMemory> texts;
  if (name.empty())
    texts.push_back({file.string(), text});
  else
    paths.push_back(folder.write(name, text).parent_path().string());
  const project::Inputs& inputs = project.open(paths, texts);
  if (flows.empty()) return project::check(project, inputs);
  const flows::Reading reading =
      flows::read_captures({folder.write("flows.jsonl", flows).string()}, {});
  EXPECT_TRUE(reading.unreadable.empty() && reading.bad.empty());
  const auto measurement =
      project::measure(inputs.clusters().front(), flows::resolve(reading.table));
  const lint::Remedies remedies = project::remedies(*measurement);
  const lint::Traffic traffic{measurement->report, measurement->traffic, remedies, "flows.jsonl"};
  project::CheckOptions options;
  options.traffic = &traffic;
  return project::check(project, inputs, options);
}

lint::Outcome lint_paths(Projects& projects, const std::vector<std::string>& paths,
                         const lint::Config& config, unsigned threads) {
  project::Project& project = projects.emplace_back(config, base::FileSet(), threads);
  return project::check(project, project.open(paths));
}

std::string concise(const lint::Outcome& outcome, std::string_view rule) {
  std::string text;
  for (const lint::Finding& finding : outcome.findings) {
    if (finding.suppressed || (!rule.empty() && finding.rule->name != rule)) continue;
    const base::LineColumn place = finding.range.first();
    text += std::to_string(place.line) + ":" + std::to_string(place.column) + " " +
            std::string(lint::severity_name(finding.severity)) + " " +
            std::string(finding.rule->name) + ": " + finding.message + "\n";
    for (const lint::Note& note : finding.notes) {
      const bool placed = note.range.file != nullptr;
      const base::LineColumn at = placed ? note.range.first() : base::LineColumn();
      text += "  note " +
              (placed ? std::to_string(at.line) + ":" + std::to_string(at.column) + " " : "") +
              note.message + "\n";
    }
    if (!finding.fix.empty()) text += "  fix " + finding.fix.title + "\n";
  }
  return text;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "cnplint-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path TemporaryFolder::write(const std::string& name, const std::string& text) const {
  fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

}  // namespace cnplint::tests
