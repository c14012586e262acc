// SPDX-License-Identifier: Apache-2.0
#include "project/places.h"

#include <filesystem>

#include "base/file.h"
#include "base/glob.h"
#include "base/walk.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;

/// Whether a file lies in the templates of a chart.
bool is_of_chart(const fs::path& path) {
  if (path.native().find("templates/") == std::string::npos) return false;
  std::error_code ignored;
  for (fs::path at = path.parent_path(); at.has_filename(); at = at.parent_path())
    if (at.filename() == "templates" && fs::exists(at.parent_path() / "Chart.yaml", ignored))
      return true;
  return false;
}

}  // namespace

void Places::begin_at(const std::string& path) {
  std::error_code ignored;
  root_ = root_of(path);
  here_ = fs::current_path(ignored).string();
}

void Places::begin_like(const Places& other) {
  root_ = other.root_;
  here_ = other.here_;
}

/// The root of the repository that a path is in. Where there is none: the folder of the
/// configuration, or the one that the program runs in, or what was named.
std::string Places::root_of(const std::string& path) const {
  if (const auto repository = base::repository_root(path == "-" ? "." : path))
    return repository->string();
  std::error_code ignored;
  const fs::path whole = fs::absolute(path, ignored).lexically_normal();
  for (const std::string& folder : {config_.folder, fs::current_path(ignored).string()})
    if (!folder.empty() && (path == "-" || base::is_inside(whole, folder))) return folder;
  return (fs::is_directory(whole, ignored) ? whole : whole.parent_path()).string();
}

std::string Places::from_root(const std::string& path) const {
  std::error_code ignored;
  if (base::is_direct(path)) {
    const std::string direct = path.starts_with('/') ? path : here_ + "/" + path;
    if (direct.starts_with(root_) && direct.size() > root_.size() && direct[root_.size()] == '/')
      return direct.substr(root_.size() + 1);
  }
  const fs::path whole = fs::absolute(path, ignored).lexically_normal();
  const std::string relative = whole.lexically_relative(root_).string();
  return root_.empty() || relative.starts_with("..") ? whole.string() : relative;
}

Placement Places::placement(const std::string& input) const {
  if (input == "-" && config_.stdin_filename.empty()) return {};
  const std::string path = config_.name_of(input);
  Placement result{from_root(path)};
  result.folder.resize(result.folder.find('/') == std::string::npos ? 0 : result.folder.rfind('/'));
  result.unnamed_namespace = policy::folder_namespace(result.folder);
  result.of_chart = input != "-" && is_of_chart(path);
  if (config_.namespaces.empty()) return result;
  const std::string relative = config_.relative(path);
  for (const auto& [glob, ns] : config_.namespaces)
    if (base::glob_matches(glob, relative)) {
      result.unnamed_namespace = ns;
      result.configured = true;
      break;
    }
  return result;
}

}  // namespace cnplint::project
