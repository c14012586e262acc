// SPDX-License-Identifier: Apache-2.0
#include "base/file_set.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"

namespace cnplint::base {
namespace {

/// What tells a file from others: device and inode where it exists, else its path without links;
/// empty for a device.
std::string identity_of(const std::string& path) {
  struct stat status {};
  const int failed = path == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status);
  if (failed != 0) {
    std::error_code error;
    const auto absolute = std::filesystem::absolute(target_of(path), error);
    const auto canonical = std::filesystem::weakly_canonical(absolute, error);
    return error ? path : canonical.string();
  }
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) return {};
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

}  // namespace

bool FileSet::add(const std::string& path) {
  const std::string identity = identity_of(path);
  return identity.empty() || members_.insert(identity).second;
}

bool FileSet::contains(const std::string& path) const {
  if (members_.empty()) return false;
  const std::string identity = identity_of(path);
  return !identity.empty() && members_.contains(identity);
}

}  // namespace cnplint::base
