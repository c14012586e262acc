// SPDX-License-Identifier: Apache-2.0
#include "tests/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cli/coverage_input.h"
#include "lint/rule.h"
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
    std::ofstream(file, std::ios::binary) << actual;
    return;
  }
  ASSERT_TRUE(fs::exists(file)) << file << " is missing; run cnplint_tests --update and review it";
  EXPECT_EQ(actual, read(file)) << file;
}

lint::Outcome lint_text(base::SourceStore& store, const std::string& text,
                        const std::string& config, const std::string& flows) {
  const TemporaryFolder folder;
  const fs::path file = folder.write("policy.yaml", text);
  lint::Request request;
  request.paths = {file.string()};
  request.rules = rules::catalogue();
  if (!config.empty()) {
    auto loaded = lint::load_config(folder.write(".cnplint.yaml", config).string(), request.rules);
    if (loaded)
      request.config = *loaded;
    else
      ADD_FAILURE() << loaded.error().message;
  }
  if (flows.empty()) return lint::run(request, store);
  int code = 0;
  const auto coverage =
      cli::measure_coverage({folder.write("flows.jsonl", flows).string()}, {}, request.paths,
                            request.config, {}, code, cli::Fixes::with);
  if (!coverage || code != 0) {
    ADD_FAILURE() << "the capture cannot be read";
    return {};
  }
  request.traffic = &(*coverage)->facts;
  return lint::run(request, store);
}

std::string concise(const lint::Outcome& outcome, std::string_view rule) {
  std::string text;
  for (const lint::Finding& finding : outcome.findings) {
    if (finding.suppressed || (!rule.empty() && finding.rule->name != rule)) continue;
    const base::LineColumn place = finding.range.first();
    text += std::to_string(place.line) + ":" + std::to_string(place.column) + " " +
            std::string(lint::severity_name(finding.severity)) + " " +
            std::string(finding.rule->name) + ": " + finding.message + "\n";
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
