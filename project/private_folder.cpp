// SPDX-License-Identifier: Apache-2.0
#include "project/private_folder.h"

#include <cstdlib>
#include <string>
#include <system_error>

namespace cnplint::project {

namespace {

namespace fs = std::filesystem;

}  // namespace

PrivateFolder::PrivateFolder() {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "cnplint-XXXXXX").string();
  if (!error && ::mkdtemp(name.data()) != nullptr) path_ = fs::canonical(name, error);
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace cnplint::project
