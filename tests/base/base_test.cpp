// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <new>
#include <random>
#include <vector>

#include "base/file.h"
#include "base/glob.h"
#include "base/nearest.h"
#include "base/output_files.h"
#include "base/parallel.h"
#include "base/source.h"
#include "base/text.h"
#include "tests/golden.h"

namespace cnplint::base {
namespace {

struct GlobCase {
  const char* pattern;
  const char* path;
  bool matches;
};

TEST(Glob, Table) {
  const GlobCase cases[] = {
      {"*.yaml", "a.yaml", true},
      {"*.yaml", "x/y/a.yaml", true},
      {"*.yaml", "a.yml", false},
      {"x/*.yaml", "x/a.yaml", true},
      {"x/*.yaml", "x/y/a.yaml", false},
      {"x/*.yaml", "w/x/a.yaml", false},
      {"x/**", "x/y/a.yaml", true},
      {"**/gen/**", "a/gen/b/c.yaml", true},
      {"**/gen/**", "a/generated/c.yaml", false},
      {"gen", "a/gen/b.yaml", true},
      {"gen/", "a/gen/b.yaml", true},
      {"gen", "a/general/b.yaml", false},
      {"a?c.yaml", "abc.yaml", true},
      {"a?c.yaml", "a/c.yaml", false},
      {"[a-c].yaml", "b.yaml", true},
      {"[!a-c].yaml", "b.yaml", false},
      {"[x.yaml", "[x.yaml", true},
      {"./x/*.yaml", "x/a.yaml", true},
      {"*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
      {"", "a", false},
  };
  for (const GlobCase& each : cases)
    EXPECT_EQ(glob_matches(each.pattern, each.path), each.matches)
        << each.pattern << " " << each.path;
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::string_view words[] = {"fromEndpoints", "fromEntities", "toPorts", "icmps"};
  EXPECT_EQ(nearest_spelling("fromEndpoint", words), "fromEndpoints");
  EXPECT_EQ(nearest_spelling("FROMENTITIES", words), "fromEntities");
  EXPECT_EQ(nearest_spelling("toProts", words), "toPorts");
  EXPECT_EQ(nearest_spelling("podSelector", words), "");
  EXPECT_EQ(nearest_spelling("", words), "");
  EXPECT_EQ(allowed_values_hint("x", words),
            ", allowed: `fromEndpoints`, `fromEntities`, `toPorts`, `icmps`");
}

TEST(Text, CountsInWords) {
  EXPECT_EQ(base::counted(1, "policy"), "1 policy");
  EXPECT_EQ(base::counted(0, "policy"), "0 policies");
  EXPECT_EQ(base::counted(2, "day"), "2 days");
  EXPECT_EQ(base::counted(2, "flow"), "2 flows");
}

TEST(Source, PositionsCountCodePoints) {
  SourceStore store;
  const SourceFile& file = store.add("a", "ab\r\n\xc3\xbc\xf0\x9f\x98\x80x\n");
  EXPECT_EQ(file.position(0).line, 1U);
  EXPECT_EQ(file.position(4).line, 2U);
  EXPECT_EQ(file.position(10).column, 3U);
  EXPECT_EQ(file.position(1000).line, 3U);
  EXPECT_EQ(file.line(1), "ab");
  EXPECT_EQ(file.line(2), "\xc3\xbc\xf0\x9f\x98\x80x");
  EXPECT_EQ(file.line(9), "");
}

/// Lines and columns in texts with long lines are those that counting gives.
TEST(Source, PositionsAreCounted) {
  std::mt19937 random(3);
  std::string text;
  for (int i = 0; i < 30000; ++i)
    text += random() % 9000 == 0 ? "\n" : random() % 3 == 0 ? "\xc3\xbc" : "x";
  const SourceFile file("a", text);
  for (int i = 0; i < 300; ++i) {
    const auto offset = static_cast<std::uint32_t>(random() % text.size());
    const std::string before = text.substr(0, offset);
    const std::size_t line = before.rfind('\n') + 1;
    EXPECT_EQ(file.position(offset).line, 1U + std::ranges::count(before, '\n'));
    EXPECT_EQ(file.position(offset).column, 1U + code_points(before.substr(line)));
  }
}

TEST(Parallel, CallsEachOnce) {
  for (const unsigned threads : {0U, 1U, 3U, 64U}) {
    std::vector<std::atomic<int>> calls(1000);
    parallel_for(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
    for (const auto& count : calls) EXPECT_EQ(count, 1);
  }
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
  for (const unsigned threads : {1U, 3U})
    EXPECT_THROW(parallel_for(100, threads,
                              [](std::size_t i) {
                                if (i == 7) throw std::bad_alloc();
                              }),
                 std::bad_alloc)
        << threads;
}

TEST(File, HasOneNameFromWhereverItIsNamed) {
  const std::filesystem::path here = std::filesystem::current_path();
  const std::string own = here.filename().string();
  EXPECT_EQ(shown_path("-"), "<stdin>");
  EXPECT_EQ(shown_path("./a//b/../c.yaml"), "a/c.yaml");
  EXPECT_EQ(shown_path(".."), "..");
  EXPECT_EQ(shown_path("../"), "..");
  EXPECT_EQ(shown_path("../not-" + own + "/a.yaml"), "../not-" + own + "/a.yaml");
  EXPECT_EQ(shown_path("../" + own), ".");
  EXPECT_EQ(shown_path("../" + own + "/a.yaml"), "a.yaml");
  EXPECT_EQ(shown_path("../" + own + "/../b.yaml"), "../b.yaml");
  EXPECT_EQ(shown_path("../../" + here.parent_path().filename().string() + "/b.yaml"), "../b.yaml");
  EXPECT_EQ(shown_path("..a/b.yaml"), "..a/b.yaml");
  EXPECT_EQ(shown_path((here / "x/../a.yaml").string()), (here / "a.yaml").string());
}

TEST(File, IsWrittenWholeOrNotAtAll) {
  const tests::TemporaryFolder folder;
  const std::string file = (folder.path() / "a").string();
  EXPECT_TRUE(write_file(file, "one"));
  EXPECT_TRUE(write_file(file, "two"));
  EXPECT_EQ(*read_file(file, 10), "two");
  EXPECT_FALSE(read_file(file, 2));
  EXPECT_FALSE(read_file(folder.path().string(), 10));
  EXPECT_FALSE(write_file((folder.path() / "missing" / "a").string(), "x"));
  EXPECT_EQ(tests::entries(folder.path()).size(), 1U) << "a temporary file is left";
}

}  // namespace
}  // namespace cnplint::base
