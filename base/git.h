// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cnplint::base {

/// What the program git prints for a command in a work tree. None where git is not there, does not
/// take the folder for a repository, fails, or needs too long.
///
/// Git runs without a shell and without what the environment says of repositories (a hook's
/// GIT_DIR), and nothing that the repository's configuration names is started.
/// @param input a file that it reads as its standard input
std::optional<std::string> git_run(const std::filesystem::path& root,
                                   const std::vector<std::string>& words,
                                   const std::string& input = {});

/// The commit that a revision names, in a work tree: `main`, `HEAD~3`, a tag; `A...B` and `A...`
/// are the commit where the two came apart (HEAD, where there is no B). Also a tree, such as `git
/// write-tree` makes of the index. Errors say what to do.
Result<std::string> git_commit(const std::filesystem::path& root, const std::string& revision);
/// Writes the files of a commit below an empty folder, as they are stored: no filter runs. Links
/// that lead out of it are left out, and repositories inside.
Result<void> git_write_tree(const std::filesystem::path& root, const std::string& commit,
                            const std::filesystem::path& folder);

/// What the program git lists of a work tree, below a folder of it (empty: all): what is tracked
/// and what is untracked and not ignored, relative to the root, each ended by a NUL. A repository
/// inside is one entry, with a slash where it is not tracked.
std::optional<std::string> git_list(const std::filesystem::path& root, const std::string& folder);

/// Of some files those that the last commit of their repository does not have as they are, in their
/// order: new ones, changed ones, and files of no repository. Bytes are compared; no filter of the
/// repository is run.
std::vector<std::string> uncommitted(const std::vector<std::string>& files);

/// The paths in an index, in its order; those of repositories inside among them. None where it is
/// of an unknown version, damaged, or does not hold all (split and sparse indexes).
/// https://git-scm.com/docs/index-format
std::optional<std::vector<std::string>> read_git_index(std::string_view bytes);

/// Where git keeps what belongs to a work tree.
struct GitFolders {
  std::filesystem::path own;     ///< the index
  std::filesystem::path common;  ///< info/exclude and config, of all work trees of the repository
};
/// By the entry `.git` of a root: a folder, or a file that names it.
std::optional<GitFolders> git_folders(const std::filesystem::path& root);

/// The ignore file that the user's or the repository's configuration of git names, or the one that
/// git takes otherwise. Files that a configuration includes are not looked into.
std::filesystem::path git_excludes_file(const GitFolders& folders);

}  // namespace cnplint::base
