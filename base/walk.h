// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_set.h"
#include "base/ignored.h"
#include "base/result.h"

namespace cnplint::base {

/// The files behind some paths, and what was not looked into.
struct Walk {
  std::vector<std::string> files;
  std::vector<Error> errors;
  std::vector<std::string> notes;    ///< what folders have and was left out, a sentence each
  std::vector<std::string> ignored;  ///< files that are wanted and folders that git ignores
};

/// What a walk takes of the folders that it goes through. What is named itself is always taken.
struct WalkOptions {
  std::function<bool(std::string_view name)> wanted;           ///< whether files of a name count
  std::function<bool(const std::string& path)> excluded = {};  ///< with all that is below
  FileSet outputs = {};                                        ///< what the run itself writes
  IgnoreFiles* ignore = nullptr;                               ///< none: nothing is ignored
};

/// Files as given and, of folders, every wanted one below, in the order of the paths, then of the
/// names; hidden ones are skipped. A file behind two paths comes once. `-` stays. What `excluded`
/// says yes to is left out even where it is named; what ignore files name is not.
///
/// Links to folders are not followed, and links to files only where they stay below the root of
/// the repository (where there is none, below the folder that was named): what a change brings
/// must not make a run read what is outside of it.
Walk find_files(const std::vector<std::string>& paths, const WalkOptions& options);

/// Whether a name is one of a manifest: *.yaml, *.yml, *.json or Kustomization.
bool is_manifest_name(std::string_view name);

/// The folder of the repository that a path is in: the nearest one above it, itself included, that
/// has an entry `.git`. Absolute and without links.
std::optional<std::filesystem::path> repository_root(const std::filesystem::path& path);

/// Whether a path is a folder or below it, as both are written.
bool is_inside(const std::filesystem::path& path, const std::filesystem::path& folder);
/// Whether a path leads, all links followed, to something below a folder or to the folder.
bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace cnplint::base
