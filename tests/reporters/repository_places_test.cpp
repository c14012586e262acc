// SPDX-License-Identifier: Apache-2.0
//
// How machines read paths: the law is that neither the working folder nor the spelling matters.
#include <gtest/gtest.h>

#include "reporters/repository_places.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;
using reporters::RepositoryPlaces;

class Places : public testing::Test {
 protected:
  Places() {
    for (const char* name : {"outer/.git/HEAD", "outer/a/b/x.yaml", "outer/x.yaml",
                             "outer/inner/.git", "outer/inner/y.yaml", "none/z.yaml"})
      folder_.write(name, "");
    fs::create_directory_symlink("a", folder_.path() / "outer/link");
    fs::create_symlink("../x.yaml", folder_.path() / "outer/a/link.yaml");
  }
  ~Places() override { fs::current_path(before_); }

  std::string seen(const std::string& from, const std::string& path) {
    fs::current_path(folder_.path() / from);
    return RepositoryPlaces().path(path);
  }

  tests::TemporaryFolder folder_;
  fs::path before_ = fs::current_path();
};

TEST_F(Places, NeitherTheWorkingFolderNorTheSpellingMatters) {
  for (const char* target : {"a/b/x.yaml", "x.yaml", "a/link.yaml", "not/there.yaml"})
    for (const char* from : {"outer", "outer/a", "outer/a/b", "outer/link/b", "none", ""}) {
      const fs::path file = folder_.path() / "outer" / target;
      fs::current_path(folder_.path() / from);
      const std::string relative = file.lexically_relative(fs::current_path()).string();
      for (const std::string& spelling : {file.string(), relative, "./" + relative,
                                          (file.parent_path() / "." / file.filename()).string()})
        EXPECT_EQ(RepositoryPlaces().path(spelling), target) << from << " " << spelling;
    }
}

TEST_F(Places, AreThoseOfTheRepositoryThatOneIsIn) {
  EXPECT_EQ(seen("outer", "inner/y.yaml"), "inner/y.yaml");
  EXPECT_EQ(seen("outer/inner", "y.yaml"), "y.yaml");
  EXPECT_EQ(seen("none", "../outer/inner/y.yaml"), "y.yaml");
  EXPECT_EQ(seen("outer/inner", "../x.yaml"), "x.yaml");
}

TEST_F(Places, OutsideOfARepositoryStayAsTheyAreShown) {
  EXPECT_EQ(seen("none", "z.yaml"), "z.yaml");
  EXPECT_EQ(seen("none", (folder_.path() / "none/z.yaml").string()), "z.yaml");
  EXPECT_EQ(seen("outer", "../none/z.yaml"), "../none/z.yaml");
  EXPECT_EQ(seen("outer/a", "<stdin>"), "<stdin>");
}

TEST_F(Places, LinksKeepTheirNameAndFoldersOfLinksAreFollowed) {
  EXPECT_EQ(seen("outer/a", "link.yaml"), "a/link.yaml");
  EXPECT_EQ(seen("outer", "link/b/x.yaml"), "a/b/x.yaml");
}

TEST_F(Places, OfRenderedTextAreThoseOfItsSource) {
  const std::string text = "# Source: b/x.yaml\na: 1\n---\n# Source: gone.yaml\nb: 1\n---\nc: 1\n";
  const base::SourceFile input("<stdin>", text);
  const base::SourceFile file("all.yaml", text);
  fs::current_path(folder_.path() / "outer/a");
  RepositoryPlaces places;
  const auto at = [&](const base::SourceFile& source, char key) {
    const auto begin = static_cast<std::uint32_t>(text.find(std::string("\n") + key) + 1);
    const reporters::RepositoryPlace place = places.of({&source, begin, begin + 1});
    return place.file + "|" + place.source + "|" + place.rendered;
  };
  EXPECT_EQ(at(input, 'a'), "a/b/x.yaml|a/b/x.yaml|<stdin>:2:1");
  EXPECT_EQ(at(input, 'b'), "gone.yaml|gone.yaml|<stdin>:5:1");
  EXPECT_EQ(at(input, 'c'), "<stdin>||");
  EXPECT_EQ(at(file, 'a'), "a/all.yaml|a/b/x.yaml|");
}

}  // namespace
}  // namespace cnplint
