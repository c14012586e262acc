// SPDX-License-Identifier: Apache-2.0
//
// What stands where in a repository, by folders from its root.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "project/file.h"
#include "project/unit.h"

namespace cnplint::project {

/// A whole repository, as it is written.
struct WrittenUnits {
  const std::vector<Unit*>& units;            ///< what comes into clusters: files, roots
  const std::vector<const File*>& files;      ///< all, also those that kustomizations take in
  const std::set<std::string>& root_folders;  ///< paths of the units that are kustomizations
  std::string origin;                         ///< its address; empty where nobody knows it
};

/// What is deployed of a folder: files and, with the folders below it, theirs; of a folder that is
/// a kustomization, what that makes.
struct FolderContent {
  std::vector<const File*> files;           ///< with manifests, but for those of charts
  std::vector<std::string> kustomizations;  ///< folders
};

/// The folders of a repository.
class RepositoryMap {
 public:
  explicit RepositoryMap(const WrittenUnits& written);

  /// Those that have files.
  [[nodiscard]] const std::set<std::string>& folders() const { return folders_; }
  [[nodiscard]] bool is_kustomization(std::string_view folder) const {
    return kustomizations_.contains(folder);
  }
  /// The path of a folder as messages name it.
  [[nodiscard]] std::string path_of(const std::string& folder) const;
  /// What a kustomization that nothing includes makes; nullptr for any other folder.
  [[nodiscard]] Unit* root_at(const std::string& folder) const;
  /// The unit of a file or of a kustomization, if it comes into clusters as it is written.
  [[nodiscard]] Unit* unit_at(const std::string& path) const;
  [[nodiscard]] FolderContent content_of(const std::string& folder, bool recursive) const;

 private:
  void find_root(std::string_view path, std::string_view folder);
  [[nodiscard]] bool is_left_to_another(std::string_view folder, std::string_view outer) const;

  std::string root_;  ///< what paths of the repository begin with
  std::set<std::string> folders_;
  std::set<std::string, std::less<>> kustomizations_;
  std::map<std::string, std::vector<const File*>> files_;  ///< with manifests, by folder
  std::map<std::string, Unit*> units_;                     ///< by path
  std::map<std::string, Unit*> roots_;                     ///< by folder
};

/// A path from the root as objects write it (`./apps/shop`, `/apps/shop/`), without detours and
/// slashes at its ends.
std::string plain_path(std::string_view path);

/// The folder that a folder stands in; empty for those in the root.
std::string_view folder_above(std::string_view folder);

}  // namespace cnplint::project
