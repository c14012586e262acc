// SPDX-License-Identifier: Apache-2.0
#include "lint/walk.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace cnplint::lint {
namespace {

namespace fs = std::filesystem;
using base::Error;

class Walker {
 public:
  explicit Walker(const std::function<bool(const std::string&)>& excluded) : excluded_(excluded) {}

  Walk run(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      std::error_code error;
      if (path == "-")
        add_file(path);
      else if (fs::is_directory(path, error))
        folder(path);
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

  void add_file(const fs::path& path) {
    if (excluded_(path.string())) return;
    std::error_code error;
    const fs::path canonical = fs::weakly_canonical(path, error);
    if (seen_.insert(error ? path.string() : canonical.string()).second)
      walk_.files.push_back(path.string());
  }

  void folder(const fs::path& path) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    fs::directory_iterator at(path, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) entries.push_back(*at);
    if (error) return fail(path, error.message());
    std::ranges::sort(entries, {}, [](const fs::directory_entry& each) { return each.path(); });
    for (const fs::directory_entry& entry : entries) visit(entry);
  }

  void visit(const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    std::error_code error;
    if (name.starts_with('.') || excluded_(entry.path().string())) return;
    if (entry.is_directory(error)) {
      if (!entry.is_symlink(error)) folder(entry.path());
      return;
    }
    const std::string extension = entry.path().extension().string();
    const bool manifest = extension == ".yaml" || extension == ".yml" || extension == ".json";
    if (manifest) add_file(entry.path());
  }

  const std::function<bool(const std::string&)>& excluded_;
  Walk walk_;
  std::set<std::string> seen_;
};

}  // namespace

Walk find_files(const std::vector<std::string>& paths,
                const std::function<bool(const std::string&)>& excluded) {
  return Walker(excluded).run(paths);
}

}  // namespace cnplint::lint
