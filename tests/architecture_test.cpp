// SPDX-License-Identifier: Apache-2.0
//
// The rooms and the arrows between them: every `#include "room/..."` is one of these.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/golden.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>>& arrows() {
  static const std::map<std::string, std::set<std::string>> kArrows{
      {"base", {}},
      {"policy", {"base"}},
      {"schemas", {"base", "policy"}},
      {"flows", {"base"}},
      {"coverage", {"base", "policy", "flows"}},
      {"lint", {"base", "policy", "schemas"}},
      {"rules", {"base", "policy", "schemas", "coverage", "lint"}},
      {"harness", {"base", "policy"}},
      {"synth", {"base", "policy", "flows", "coverage"}},
      {"project",
       {"base", "policy", "schemas", "flows", "coverage", "lint", "rules", "harness", "synth"}},
      {"reporters", {"base", "policy", "flows", "coverage", "lint", "harness", "synth", "project"}},
      {"cli",
       {"base", "policy", "schemas", "flows", "coverage", "lint", "rules", "harness", "synth",
        "project", "reporters"}},
  };
  return kArrows;
}

std::vector<fs::path> sources(const std::string& room) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(tests::repository(room)))
    if (entry.path().extension() == ".cpp" || entry.path().extension() == ".h")
      files.push_back(entry.path());
  return files;
}

TEST(Architecture, IncludesFollowTheArrows) {
  const std::regex include("#include \"([a-z]+)/");
  for (const auto& [room, allowed] : arrows())
    for (const fs::path& file : sources(room)) {
      std::istringstream lines(tests::read(file));
      for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (!std::regex_search(line, match, include)) continue;
        EXPECT_TRUE(match[1] == room || allowed.contains(match[1])) << file << ": " << line;
      }
    }
}

TEST(Architecture, HeavyHeadersStopInOneFileEach) {
  const std::map<std::string, std::size_t> most{
      {"CLI/CLI.hpp", 15}, {"yaml-cpp/yaml.h", 5}, {"yaml.h", 2},  {"xxhash.h", 1},
      {"simdjson.h", 1},   {"zstd.h", 1},          {"sodium.h", 1}};
  for (const auto& [header, limit] : most) {
    std::size_t count = 0;
    for (const auto& [room, allowed] : arrows())
      for (const fs::path& file : sources(room))
        count += tests::read(file).find("#include <" + header + ">") != std::string::npos ? 1U : 0U;
    EXPECT_LE(count, limit) << header;
    EXPECT_GE(count, 1U) << header;
  }
}

TEST(Architecture, FilesAreShortAndLicensed) {
  constexpr std::ptrdiff_t kMostLines = 500;
  for (const auto& [room, allowed] : arrows())
    for (const fs::path& file : sources(room)) {
      const std::string text = tests::read(file);
      EXPECT_TRUE(text.starts_with("// SPDX-License-Identifier: Apache-2.0\n")) << file;
      EXPECT_LE(std::count(text.begin(), text.end(), '\n'), kMostLines) << file;
    }
}

}  // namespace
}  // namespace cnplint
