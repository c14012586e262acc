// SPDX-License-Identifier: Apache-2.0
#include "base/walk.h"

#include <algorithm>
#include <set>

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;

class Walker {
 public:
  explicit Walker(const WalkOptions& options) : options_(options) {}

  Walk run(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      std::error_code error;
      if (path == "-")
        add_file(path);
      else if (fs::is_directory(path, error))
        root(path);
      else if (fs::exists(path, error))
        add_file(path);
      else
        fail(path, error ? error.message() : "no such file or folder");
    }
    return std::move(walk_);
  }

 private:
  void fail(const fs::path& path, const std::string& reason) {
    walk_.errors.push_back(
        {Error::Kind::unreadable, path.lexically_normal().string() + ": " + reason});
  }

  void note(const fs::path& path, const std::string& what) {
    walk_.notes.push_back(path.lexically_normal().string() + ": " + what);
  }

  [[nodiscard]] bool excluded(const fs::path& path) const {
    return options_.excluded && options_.excluded(path.string());
  }

  void add_file(const fs::path& path) {
    if (excluded(path)) return;
    std::error_code error;
    const fs::path canonical = fs::weakly_canonical(path, error);
    if (seen_.insert(error ? path.string() : canonical.string()).second)
      walk_.files.push_back(path.string());
  }

  void root(const fs::path& path) {
    std::error_code ignored;
    limit_ = repository_root(path).value_or(fs::canonical(path, ignored));
    const IgnoreScope scope =
        options_.ignore == nullptr ? IgnoreScope() : options_.ignore->named(path);
    if (const std::error_code error = folder(path, scope)) fail(path, error.message());
  }

  /// Goes through a folder; the error where it cannot be listed.
  std::error_code folder(const fs::path& path, const IgnoreScope& scope) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    fs::directory_iterator at(path, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) entries.push_back(*at);
    if (error) return error;
    std::ranges::sort(entries, {}, [](const fs::directory_entry& each) { return each.path(); });
    for (const fs::directory_entry& entry : entries) visit(entry, scope);
    return {};
  }

  /// Goes through a folder inside of another, where it is not ignored. Git lists no file of one
  /// that cannot be read, or has none: neither is ignored for that.
  void subfolder(const fs::path& path, const IgnoreScope& outer) {
    std::optional<IgnoreScope> scope(outer);
    if (options_.ignore != nullptr) scope = options_.ignore->inside(outer, path);
    std::error_code unlisted;
    if (scope)
      unlisted = folder(path, *scope);
    else if (!fs::is_empty(path, unlisted) && !unlisted)
      walk_.ignored.push_back(path.lexically_normal().string());
    if (unlisted) note(path, unlisted.message() + "; left out");
  }

  void visit(const fs::directory_entry& entry, const IgnoreScope& scope) {
    const std::string name = entry.path().filename().string();
    std::error_code error;
    if (name.starts_with('.') || excluded(entry.path())) return;
    const bool link = entry.is_symlink(error);
    if (entry.is_directory(error)) {
      if (!link) subfolder(entry.path(), scope);
      return;
    }
    if (!options_.wanted(name) || options_.outputs.contains(entry.path().string())) return;
    if ((link || entry.is_regular_file(error)) && scope.ignores(name))
      walk_.ignored.push_back(entry.path().lexically_normal().string());
    else if (link && !is_below(entry.path(), limit_))
      note(entry.path(),
           "a link that leaves " + limit_.string() + "; not followed, name the file to read it");
    else if (link && !fs::exists(entry.path(), error))
      note(entry.path(), "a link that leads nowhere; left out");
    else
      add_file(entry.path());
  }

  const WalkOptions& options_;
  Walk walk_;
  fs::path limit_;
  std::set<std::string> seen_;
};

}  // namespace

Walk find_files(const std::vector<std::string>& paths, const WalkOptions& options) {
  return Walker(options).run(paths);
}

bool is_manifest_name(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json") ||
         name == "Kustomization";
}

std::optional<fs::path> repository_root(const fs::path& path) {
  std::error_code ignored;
  fs::path folder = fs::weakly_canonical(fs::absolute(path.empty() ? "." : path, ignored), ignored);
  for (;; folder = folder.parent_path()) {
    if (fs::exists(folder / ".git", ignored)) return folder;
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

bool is_inside(const fs::path& path, const fs::path& folder) {
  const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

bool is_below(const fs::path& path, const fs::path& folder) {
  std::error_code failed;
  const fs::path real = fs::weakly_canonical(fs::absolute(path, failed), failed);
  return !failed && is_inside(real, folder);
}

}  // namespace cnplint::base
