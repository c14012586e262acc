// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace cnplint::project {

/// A folder for this process alone, removed at the end with all that is in it.
class PrivateFolder {
 public:
  /// Empty where there can be none.
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace cnplint::project
