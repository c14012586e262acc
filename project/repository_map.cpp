// SPDX-License-Identifier: Apache-2.0
#include "project/repository_map.h"

#include <algorithm>
#include <filesystem>

#include "policy/model/chart_installer.h"
#include "project/kustomization.h"

namespace cnplint::project {
namespace {

bool is_in(std::string_view folder, std::string_view outer) {
  return outer.empty() || folder == outer ||
         (folder.starts_with(outer) && folder[outer.size()] == '/');
}

/// Flux's objects of the same kind may stand in a file of that name.
bool is_kustomization_file(const File& file) {
  return is_kustomization_name(std::filesystem::path(file.path()).filename().string()) &&
         std::ranges::none_of(file.unit().manifests(), policy::is_flux_kustomization);
}

}  // namespace

RepositoryMap::RepositoryMap(const WrittenUnits& written) {
  for (const File* file : written.files) {
    const Unit& unit = file->unit();
    const std::string& folder = unit.placement().folder;
    folders_.insert(folder);
    if (is_kustomization_file(*file))
      kustomizations_.insert(folder);
    else if (!unit.manifests().empty() && !unit.placement().of_chart)
      files_[folder].push_back(file);
    find_root(file->path(), folder);
  }
  for (Unit* unit : written.units) {
    units_[unit->path()] = unit;
    if (written.root_folders.contains(unit->path())) roots_[unit->placement().folder] = unit;
  }
}

/// The folder that paths begin with which are below the root of the repository.
void RepositoryMap::find_root(std::string_view path, std::string_view folder) {
  const std::size_t slash = path.rfind('/');
  const std::string_view at = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  if (!root_.empty() || !at.ends_with(folder) || at.size() == folder.size()) return;
  root_ = at.substr(0, at.size() - folder.size());
  if (root_.size() > 1 && root_.ends_with('/')) root_.pop_back();
}

std::string RepositoryMap::path_of(const std::string& folder) const {
  if (root_.empty()) return folder.empty() ? "." : folder;
  return folder.empty() ? root_ : root_ + "/" + folder;
}

Unit* RepositoryMap::root_at(const std::string& folder) const {
  const auto found = roots_.find(folder);
  return found == roots_.end() ? nullptr : found->second;
}

Unit* RepositoryMap::unit_at(const std::string& path) const {
  const auto found = units_.find(path);
  return found == units_.end() ? nullptr : found->second;
}

FolderContent RepositoryMap::content_of(const std::string& folder, bool recursive) const {
  FolderContent content;
  for (auto at = folders_.lower_bound(folder); at != folders_.end(); ++at) {
    // `apps-old` and `apps.d` stand between `apps` and `apps/shop`.
    if (!is_in(*at, folder) && at->starts_with(folder)) continue;
    if (!is_in(*at, folder)) break;
    if (*at != folder && (!recursive || is_left_to_another(*at, folder))) continue;
    if (kustomizations_.contains(*at))
      content.kustomizations.push_back(*at);
    else if (const auto found = files_.find(*at); found != files_.end())
      content.files.insert(content.files.end(), found->second.begin(), found->second.end());
  }
  return content;
}

/// Whether a kustomization that is above a folder, and not above the outer one, says what becomes
/// of it.
bool RepositoryMap::is_left_to_another(std::string_view folder, std::string_view outer) const {
  if (folder == outer) return false;
  for (std::string_view at = folder_above(folder);; at = folder_above(at)) {
    if (kustomizations_.contains(at)) return true;
    if (at.size() <= outer.size()) return false;
  }
}

std::string plain_path(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string plain = std::filesystem::path(path).lexically_normal().string();
  while (plain.ends_with('/')) plain.pop_back();
  return plain;
}

std::string_view folder_above(std::string_view folder) {
  const std::size_t slash = folder.rfind('/');
  return folder.substr(0, slash == std::string_view::npos ? 0 : slash);
}

}  // namespace cnplint::project
