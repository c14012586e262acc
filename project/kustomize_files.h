// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/source.h"
#include "policy/yaml/reader.h"

namespace cnplint::project {

/// A file that a kustomization names.
struct KustomizeFile {
  base::SourceFile* source;
  const policy::FileContent* content;
};

/// Where kustomizations are read from. Paths are lexically normal, in the form in which the folder
/// was given. What `read` returns stays good as long as what is built of it.
struct KustomizeFiles {
  /// A file, read once; asked for again, the same.
  std::function<base::Result<KustomizeFile>(const std::string& path)> read;
  std::function<bool(const std::string& path)> is_file;
  std::function<bool(const std::string& path)> is_folder;
  /// One text for all paths to a folder: by it cycles are found.
  std::function<std::string(const std::string& path)> identity;
};

/// The path of an entry of a kustomization in a folder, without detours.
std::string kustomize_path(const std::string& folder, std::string_view entry);

/// Files of the disk, all links followed, that are below a folder (the repository's root): what is
/// outside of it is not there.
KustomizeFiles files_below(std::filesystem::path limit,
                           std::function<base::Result<KustomizeFile>(const std::string&)> read);

}  // namespace cnplint::project
