// SPDX-License-Identifier: Apache-2.0
//
// What a rendered text says of where its documents came from, and what of it is believed.
#include <gtest/gtest.h>

#include "policy/yaml/reader.h"
#include "policy/yaml/source_comments.h"

namespace cnplint {
namespace {

using policy::SourceComments;

std::string_view only(std::string_view text) { return SourceComments(text).at(0); }

TEST(SourceComments, StandInFrontOfTheirDocument) {
  EXPECT_EQ(only("# Source: chart/templates/np.yaml\na: 1\n"), "chart/templates/np.yaml");
  EXPECT_EQ(only("---\n# Source: a.yaml\na: 1\n"), "a.yaml");
  EXPECT_EQ(only("---\r\n# Source: a.yaml\r\na: 1\r\n"), "a.yaml");
  EXPECT_EQ(only("\n# of the template\n\n# Source: a b.yaml  \na: 1\n"), "a b.yaml");
  EXPECT_EQ(only("\xEF\xBB\xBF# Source: a.yaml\na: 1\n"), "a.yaml");
}

TEST(SourceComments, ElsewhereAreTextLikeOther) {
  EXPECT_EQ(only("a: 1\n# Source: a.yaml\n"), "");
  EXPECT_EQ(only("  # Source: a.yaml\na: 1\n"), "");
  EXPECT_EQ(only("a: |\n  # Source: a.yaml\n"), "");
  EXPECT_EQ(only("# source: a.yaml\n"), "");
  EXPECT_TRUE(SourceComments("a: 1\n").empty());
  EXPECT_TRUE(SourceComments("").empty());
}

TEST(SourceComments, AreBelievedWhereTheyAreCleanRelativePaths) {
  for (const char* path : {"a", "a/b.yaml", "a..b/c", "a/b:c", "\xC3\xA9/x.yaml", ".hidden/x"})
    EXPECT_TRUE(policy::is_clean_relative_path(path)) << path;
  for (const char* path :
       {"", "/etc/passwd", "../x", "a/../b", "a/..", "./a", "a/./b", "a//b", "a/", "C:/x", "file:a",
        "a\\b", "a\tb", "a\x1b[2Jb", "a\x7f", "<stdin>", "a\xE2\x80\xAE", "a\xFF"})
    EXPECT_FALSE(policy::is_clean_relative_path(path)) << path;
  EXPECT_FALSE(policy::is_clean_relative_path(std::string(5000, 'a')));
}

/// The cut into documents is the reader's: each document has its own source or none.
TEST(SourceComments, EveryDocumentHasItsOwn) {
  const std::string text =
      "# Source: a\nx: 1\n---\ny: 1\n---\n# Source: ../b\nz: 1\n--- # Source: no\n# Source: c\n"
      "w: |\n  # Source: d\n---\n# Source: a\nv: 1\n";
  base::SourceFile file("f", text);
  const SourceComments sources(file.text());
  std::vector<std::string_view> found;
  const policy::FileContent content = policy::read_documents(file);
  for (const policy::Document& document : content.documents) {
    found.push_back(sources.at(document.range().begin));
    EXPECT_EQ(sources.at(document.root().range().begin), found.back());
  }
  EXPECT_EQ(found, (std::vector<std::string_view>{"a", "", "", "c", "a"}));
  EXPECT_EQ(sources.all(), (std::vector<std::string_view>{"a", "c"}));
}

}  // namespace
}  // namespace cnplint
