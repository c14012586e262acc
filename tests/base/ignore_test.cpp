// SPDX-License-Identifier: Apache-2.0
#include "base/ignore.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <set>

#include "base/git.h"
#include "base/walk.h"
#include "tests/golden.h"

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;

std::optional<bool> decide(std::string_view patterns, std::string_view path, bool folder = false) {
  std::size_t budget = 1'000'000;
  return IgnorePatterns(patterns).decide(path, folder, budget);
}

struct IgnoreCase {
  std::string_view pattern;
  std::string_view path;
  bool ignored;
};

// Each answer is git's: IgnoreLaw.TableIsGits asks it.
constexpr IgnoreCase kIgnoreCases[] = {
    {"a", "a", true},
    {"a", "x/a", true},
    {"a", "ab", false},
    {"/a", "a", true},
    {"/a", "x/a", false},
    {"x/a", "x/a", true},
    {"x/a", "y/x/a", false},
    {"a/", "a", false},
    {"# a", "# a", false},
    {"\\#a", "#a", true},
    {"\\!a", "!a", true},
    {"a  ", "a", true},
    {"a\\ ", "a ", true},
    {"a\\  ", "a ", true},
    {"a\t", "a", false},
    {"a\r\nb", "a", true},
    {" a", "a", false},
    {"*", "a", true},
    {"*.yaml", "x/a.yaml", true},
    {"/*.yaml", "x/a.yaml", false},
    {"x/*", "x/a", true},
    {"x*a", "x/a", false},
    {"?", "a", true},
    {"x?a", "x/a", false},
    {"**/a", "a", true},
    {"**/a", "x/y/a", true},
    {"**/x/a", "y/x/a", true},
    {"x/**", "x/y/a", true},
    {"x/**", "x", false},
    {"x/**/a", "x/a", true},
    {"x/**/a", "x/y/z/a", true},
    {"x/**a", "x/y/a", false},
    {"x/**a", "x/ya", true},
    {"**/[^b]", "aa", false},
    {"x/**/a", "x/ba", false},
    {"x/b**a", "x/b/a", false},
    {"x**/a", "x/y/a", true},
    {"**a", "xa", true},
    {"[ab]", "b", true},
    {"[!ab]", "b", false},
    {"[^ab]", "c", true},
    {"[a-c]", "b", true},
    {"[a-]", "-", true},
    {"[]]", "]", true},
    {"[!]]", "a", true},
    {"[]-a]", "^", true},
    {"[\\]]", "]", true},
    {"[a", "[a", false},
    {"x[/]a", "x/a", false},
    {"[[:digit:]]", "7", true},
    {"[[:alpha:][:digit:]]", "7", true},
    {"[[:alpha:]]", "7", false},
    {"[[:nosuch:]]", "n", false},
    {"[[:]", "[", true},
    {"[[-a]", "_", true},
    {"a\\", "a", false},
    {"\\a", "a", true},
    {"a\n!a", "a", false},
    {"!a\na", "a", true},
    {"*\n!a", "a", false},
    {"\xef\xbb\xbf"
     "a",
     "a", true},
    {"/", "a", false},
    {"!", "a", false},
    {"a//", "a", false},
};

TEST(IgnorePatterns, Table) {
  for (const IgnoreCase& each : kIgnoreCases)
    EXPECT_EQ(decide(each.pattern, each.path).value_or(false), each.ignored)
        << each.pattern << " on " << each.path;
}

TEST(IgnorePatterns, FoldersAndNegations) {
  EXPECT_EQ(decide("a/", "x/a", true), true);
  EXPECT_EQ(decide("a/", "x/a", false), std::nullopt);
  EXPECT_EQ(decide("a\n!a/", "a", true), false);
  EXPECT_EQ(decide("a\n!a/", "a", false), true);
  EXPECT_TRUE(IgnorePatterns("# nothing\n\n   \n!\n/\n").empty() ||
              !decide("# nothing\n\n   \n!\n/\n", "a"));
}

TEST(IgnorePatterns, StarsCostNoMoreThanPatternTimesPath) {
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  const std::string path(4000, 'a');
  std::size_t budget = 20'000'000;
  EXPECT_EQ(IgnorePatterns(pattern + "b").decide(path, false, budget), std::nullopt);
  EXPECT_GT(budget, 1'000'000U);
  budget = 1000;
  EXPECT_EQ(IgnorePatterns(pattern).decide(path, false, budget), std::nullopt);
  EXPECT_EQ(budget, 0U) << "used up, there is no answer";
}

// ------------------------------------------------------------ held to the program git

/// Sets a variable of the environment for a scope.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

bool run(const fs::path& folder, const std::string& command) {
  const std::string all = "cd '" + folder.string() + "' && unset GIT_DIR GIT_INDEX_FILE && " +
                          "export GIT_CONFIG_NOSYSTEM=1 && (" + command + ") 2>/dev/null";
  return std::system(all.c_str()) == 0;
}

std::vector<std::string> parts(const std::string& text, char end) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t close = std::min(text.find(end, at), text.size());
    result.push_back(text.substr(at, close - at));
    at = close + 1;
  }
  return result;
}

class IgnoreLaw : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "git is not there";
    user_.write("git/ignore", "user-*\n");
  }

  std::string pick(const std::vector<std::string>& of) { return of[random_() % of.size()]; }
  bool sometimes(unsigned one_in) { return random_() % one_in == 0; }

  std::string pattern() {
    static const std::vector<std::string> pieces{
        "a",   "b",  "c",   "ab",  "*",   "**",   "?", "/", "/", "[a-b]", "[!a]", "[[:lower:]]",
        "\\a", ".y", "*.y", "**/", "/**", "[^b]", "-", " ", "[", "]",     "\\"};
    std::string result = sometimes(4) ? "!" : "";
    if (sometimes(4)) result += "/";
    for (unsigned i = 0; i <= random_() % 4; ++i) result += pick(pieces);
    if (sometimes(4)) result += "/";
    return result;
  }
  std::string patterns() {
    std::string result;
    for (unsigned i = 0; i < 1 + random_() % 5; ++i) result += pattern() + "\n";
    return result;
  }
  std::string path() {
    static const std::vector<std::string> names{"a", "b",   "c",   "ab",  "ba",     "a b",
                                                "-", "a.y", "b.y", "abc", "user-a", "aa"};
    std::string result = pick(names);
    for (unsigned i = 0; i < random_() % 4; ++i) result += "/" + pick(names);
    return result;
  }

  /// What git lists of a repository and those inside, without hidden files.
  static std::set<std::string> git_lists(const fs::path& root, const std::string& out) {
    std::set<std::string> result;
    EXPECT_TRUE(run(root, "git ls-files -z -co --exclude-standard >'" + out + "'"));
    for (const std::string& each : parts(tests::read(out), '\0')) {
      if (each.ends_with('/')) {
        for (const std::string& inner : git_lists(root / each, out)) result.insert(each + inner);
      } else if (!each.starts_with('.') && each.find("/.") == std::string::npos) {
        result.insert(each);
      }
    }
    return result;
  }

  static std::set<std::string> walked(const fs::path& root) {
    IgnoreFiles ignore;
    WalkOptions options{[](std::string_view) { return true; }};
    options.ignore = &ignore;
    std::set<std::string> result;
    for (const std::string& file : find_files({root.string()}, options).files)
      result.insert(fs::path(file).lexically_relative(root).string());
    return result;
  }

  /// A repository with random files, some of them tracked, and ignore files.
  void grow(const tests::TemporaryFolder& folder, const std::string& index_version) {
    std::vector<std::string> folders{""};
    const auto fill = [&](const std::string& below, unsigned count) {
      for (unsigned i = 0; i < count; ++i) {
        const fs::path file = below + path();
        std::error_code taken;
        fs::create_directories((folder.path() / file).parent_path(), taken);
        if (taken || fs::exists(folder.path() / file)) continue;
        folder.write(file.string(), "");
        if (file.has_parent_path()) folders.push_back(file.parent_path().string() + "/");
      }
    };
    fill("", 40);
    ASSERT_TRUE(run(folder.path(), "git init -q --template= ."));
    if (sometimes(3) && run(folder.path(), "git init -q --template= inside")) fill("inside/", 6);
    for (unsigned i = 0; i < 1 + random_() % 5; ++i)
      folder.write(pick(folders) + ".gitignore", patterns());
    folder.write(".git/info/exclude", sometimes(2) ? patterns() : "");
    std::string add = "true";
    for (const auto& each : fs::recursive_directory_iterator(folder.path()))
      if (const std::string name = each.path().lexically_relative(folder.path()).string();
          each.is_regular_file() && !name.starts_with(".git/") && !name.starts_with("inside/") &&
          sometimes(5))
        add += "; git add -f " + std::string(sometimes(4) && index_version != "2" ? "-N " : "") +
               "-- '" + name + "'";
    run(folder.path(), add + "; git update-index --index-version " + index_version);
  }

  // NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp): the same cases in every run
  std::mt19937 random_{42};
  tests::TemporaryFolder user_;
  Variable config_{"XDG_CONFIG_HOME", user_.path().string()};
  Variable global_{"GIT_CONFIG_GLOBAL", "/dev/null"};
};

/// Which of some paths git ignores by one file of patterns.
std::set<std::string> git_ignores(const tests::TemporaryFolder& folder, std::string_view patterns,
                                  const std::vector<std::string>& paths) {
  folder.write(".gitignore", std::string(patterns));
  std::string input;
  for (const std::string& each : paths) input += each + '\0';
  folder.write(".git/paths", input);
  run(folder.path(), "git check-ignore --no-index -z --stdin <.git/paths >.git/out");
  const auto lines = parts(tests::read(folder.path() / ".git/out"), '\0');
  return {lines.begin(), lines.end()};
}

TEST_F(IgnoreLaw, TableIsGits) {
  const tests::TemporaryFolder folder;
  ASSERT_TRUE(run(folder.path(), "git init -q --template= ."));
  for (const IgnoreCase& each : kIgnoreCases)
    EXPECT_EQ(git_ignores(folder, each.pattern, {std::string(each.path)}).size(), each.ignored)
        << each.pattern << " on " << each.path;
}

TEST_F(IgnoreLaw, PatternsMeanWhatTheyMeanToGit) {
  const tests::TemporaryFolder folder;
  ASSERT_TRUE(run(folder.path(), "git init -q --template= ."));
  for (int round = 0; round < 300; ++round) {
    const std::string text = patterns();
    std::vector<std::string> paths;
    for (int i = 0; i < 60; ++i)
      if (const std::string each = path(); each.find("user-") == std::string::npos)
        paths.push_back(each);
    const std::set<std::string> theirs = git_ignores(folder, text, paths);
    for (const std::string& each : paths) {
      bool ours = decide(text, each).value_or(false);
      for (std::size_t slash = each.find('/'); slash != std::string::npos;
           slash = each.find('/', slash + 1))
        ours = ours || decide(text, each.substr(0, slash), true).value_or(false);
      ASSERT_EQ(ours, theirs.contains(each)) << each << " by\n" << text;
    }
  }
}

TEST_F(IgnoreLaw, WalksWithAndWithoutGitReadWhatGitLists) {
  std::size_t listed = 0;
  for (int round = 0; round < 60; ++round) {
    const tests::TemporaryFolder folder;
    grow(folder, std::to_string(2 + round % 3));
    if (HasFatalFailure()) return;
    const auto expected = git_lists(folder.path(), (user_.path() / "out").string());
    listed += expected.size();
    EXPECT_EQ(walked(folder.path()), expected) << round;
    // Without an index, what is tracked is unknown: a repository without one ignores nothing.
    run(folder.path(), "test -f .git/index || git read-tree --empty");
    run(folder.path(), "test ! -d inside || git -C inside read-tree --empty");
    const Variable no_git("PATH", "/nonexistent");
    EXPECT_EQ(walked(folder.path()), expected) << "without git, " << round;
  }
  EXPECT_GT(listed, 500U);
}

TEST_F(IgnoreLaw, IndexReaderReadsWhatGitTracks) {
  for (int round = 0; round < 12; ++round) {
    const tests::TemporaryFolder folder;
    grow(folder, std::to_string(2 + round % 3));
    run(folder.path(), "git read-tree --empty; git add -f .; git ls-files -z >.git/out");
    const std::string bytes = tests::read(folder.path() / ".git/index");
    EXPECT_EQ(read_git_index(bytes), parts(tests::read(folder.path() / ".git/out"), '\0'));
    // Whatever else is in it: it is read or not, and never past its end.
    for (int i = 0; i < 300; ++i) {
      std::string damaged = bytes.substr(0, sometimes(2) ? random_() % bytes.size() : bytes.size());
      for (unsigned j = 0; j < 1 + random_() % 4 && !damaged.empty(); ++j)
        damaged[random_() % damaged.size()] = static_cast<char>(random_());
      (void)read_git_index(damaged);
    }
    for (std::size_t cut = 12; cut + 60 < bytes.size(); cut += 7)
      EXPECT_EQ(read_git_index(bytes.substr(0, cut)), std::nullopt) << cut;
  }
}

TEST_F(IgnoreLaw, SplitIndexesAreNotTakenForWhole) {
  const tests::TemporaryFolder folder;
  folder.write("a", "");
  ASSERT_TRUE(run(folder.path(), "git init -q . && git add a && git update-index --split-index"));
  EXPECT_EQ(read_git_index(tests::read(folder.path() / ".git/index")), std::nullopt);
}

TEST_F(IgnoreLaw, WorkTreesThatAreLinkedHaveTheirIndexAndTheExcludesOfAll) {
  const tests::TemporaryFolder folder;
  folder.write("main/a", "");
  const std::string commit = "git -c user.name=a -c user.email=a@b commit -qm a";
  ASSERT_TRUE(run(folder.path(), "git init -q main && cd main && git add a && " + commit +
                                     " && git worktree add -q ../linked"));
  folder.write("main/.git/info/exclude", "b\n");
  folder.write("linked/b", "");
  folder.write("linked/c", "");
  const std::set<std::string> expected{"a", "c"};
  EXPECT_EQ(walked(folder.path() / "linked"), expected);
  const Variable no_git("PATH", "/nonexistent");
  EXPECT_EQ(walked(folder.path() / "linked"), expected);
}

TEST_F(IgnoreLaw, FoldersThatAreNamedAreRead) {
  const tests::TemporaryFolder folder;
  folder.write(".gitignore", "build/\n*.log\ngone/**\n");
  folder.write("build/deep/a", "");
  folder.write("build/deep/b.log", "");
  folder.write("build/deep/.gitignore", "c\n");
  folder.write("build/deep/c", "");
  folder.write("src/d", "");
  folder.write("src/e.log", "");
  folder.write("gone/f", "");
  ASSERT_TRUE(run(folder.path(), "git init -q --template= . && git read-tree --empty"));
  const auto check = [&] {
    EXPECT_EQ(walked(folder.path()), (std::set<std::string>{"src/d"}));
    EXPECT_EQ(walked(folder.path() / "src"), (std::set<std::string>{"d"}));
    const std::set<std::string> inside{"a", "b.log"};
    EXPECT_EQ(walked(folder.path() / "build/deep"), inside) << "only rules inside count";
    EXPECT_EQ(walked(folder.path() / "build").size(), inside.size());
  };
  check();
  EXPECT_EQ(walked(folder.path() / "gone"), (std::set<std::string>{"f"})) << "nothing is listed";
  const Variable no_git("PATH", "/nonexistent");
  check();
}

TEST_F(IgnoreLaw, HooksVariablesAreNotBelieved) {
  const tests::TemporaryFolder folder;
  folder.write("one/.gitignore", "a\n");
  folder.write("one/a", "");
  folder.write("two/a", "");
  ASSERT_TRUE(run(folder.path(), "git init -q one && git init -q two && git -C two add a"));
  const Variable git_folder("GIT_DIR", (folder.path() / "two/.git").string());
  const Variable index("GIT_INDEX_FILE", (folder.path() / "two/.git/index").string());
  EXPECT_TRUE(walked(folder.path() / "one").empty());
}

}  // namespace
}  // namespace cnplint::base
