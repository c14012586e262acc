// SPDX-License-Identifier: Apache-2.0
#include "project/kustomize_files.h"

#include <utility>

#include "base/file.h"
#include "base/walk.h"

namespace cnplint::project {

namespace fs = std::filesystem;

std::string kustomize_path(const std::string& folder, std::string_view entry) {
  if (base::is_direct(folder) && base::is_direct(entry) && !entry.starts_with('/'))
    return folder + "/" + std::string(entry);
  std::string path = (fs::path(folder) / entry).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path.empty() ? "." : path;
}

KustomizeFiles files_below(fs::path limit,
                           std::function<base::Result<KustomizeFile>(const std::string&)> read) {
  std::error_code ignored;
  limit = fs::weakly_canonical(fs::absolute(limit, ignored), ignored);
  return {.read = std::move(read),
          .is_file =
              [limit](const std::string& path) {
                std::error_code failed;
                return fs::is_regular_file(path, failed) && base::is_below(path, limit);
              },
          .is_folder =
              [limit](const std::string& path) {
                std::error_code failed;
                return fs::is_directory(path, failed) && base::is_below(path, limit);
              },
          .identity =
              [](const std::string& path) {
                std::error_code failed;
                const fs::path real = fs::weakly_canonical(fs::absolute(path, failed), failed);
                return failed ? path : real.string();
              }};
}

}  // namespace cnplint::project
