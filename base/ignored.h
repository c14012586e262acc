// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/git.h"
#include "base/ignore.h"

namespace cnplint::base {

/// One work tree: what git lists of it or, without git, its index and its ignore files.
class WorkTree {
 public:
  /// The patterns of a file, and of those that count less.
  struct Rules {
    IgnorePatterns patterns;
    std::string base;  ///< the folder of the file, with a slash at its end; empty for the root
    const Rules* outer;
  };

  explicit WorkTree(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  /// Has git list a folder (empty: the root), or the whole tree where another was asked for before.
  void list(const std::string& folder);
  /// Whether git has listed what there is.
  [[nodiscard]] bool listed() const { return listing_.has_value(); }
  /// Whether it cannot be known what is tracked, so that nothing counts as ignored.
  [[nodiscard]] bool unknown() const { return unknown_ || budget_ == 0; }

  /// Whether a path is listed (without git: tracked), or for a folder, something below it.
  [[nodiscard]] bool keeps(const std::string& path) const;
  [[nodiscard]] bool keeps_below(const std::string& folder) const;

  /// Whether the rules leave out a path, apart from the folders above it.
  bool ignored(const Rules* rules, const std::string& path, bool folder);
  /// The rules of a folder (as in Rules::base) within outer ones: its own file's before those. One
  /// that is too large makes the whole tree unknown.
  const Rules* rules_in(const std::string& folder, const Rules* outer);
  /// The rules for the whole work tree, which no folder of it holds.
  const Rules* outer_rules();

 private:
  void read_index();
  const Rules* add(const std::filesystem::path& file, const std::string& base, const Rules* outer);

  std::filesystem::path root_;
  std::optional<std::string> listing_;
  std::optional<std::string> listed_folder_;  ///< what has been asked for
  std::vector<std::string> index_;
  std::vector<std::string_view> kept_;  ///< of the listing or the index, sorted
  std::deque<Rules> rules_;
  bool unknown_ = false;
  std::size_t budget_ = kBudget;

  /// Steps of comparing, about a second; only what is not tracked is compared.
  static constexpr std::size_t kBudget = 300'000'000;
};

/// A folder of a walk, as git sees it.
class IgnoreScope {
 public:
  /// Whether a file of the folder is left out.
  [[nodiscard]] bool ignores(const std::string& name) const;

 private:
  friend class IgnoreFiles;
  enum class Mode {
    none,     ///< nothing is ignored
    listing,  ///< what git does not list
    rules,    ///< what the rules leave out and is not tracked
    tracked,  ///< what is not tracked: the folder is ignored
  };
  WorkTree* tree_ = nullptr;
  Mode mode_ = Mode::none;
  std::string folder_;  ///< from the root, with a slash at its end; empty for the root
  const WorkTree::Rules* rules_ = nullptr;
};

/// What git leaves out of the repositories that a run walks through: untracked files that
/// `.gitignore` files, `.git/info/exclude` or the user's excludes file name. What is tracked is
/// never ignored. Git lists a repository once or twice in a run; without it the index says what is
/// tracked, and the ignore files are read here. Where there is no repository or an index cannot be
/// read, nothing is ignored.
class IgnoreFiles {
 public:
  /// The scope of a folder that was named. Below one that is ignored itself, only ignore files in
  /// it and below count.
  IgnoreScope named(const std::filesystem::path& folder);

  /// The scope of a folder inside; none where it is ignored. A repository inside has its own.
  std::optional<IgnoreScope> inside(const IgnoreScope& scope, const std::filesystem::path& folder);

 private:
  WorkTree& tree(const std::filesystem::path& root);
  static IgnoreScope top(WorkTree& tree);

  std::map<std::string, WorkTree> trees_;  ///< by root
};

}  // namespace cnplint::base
