// SPDX-License-Identifier: Apache-2.0
#include "base/git.h"

namespace cnplint::base {

std::optional<std::string> git_list(const std::filesystem::path& root, const std::string& folder) {
  std::vector<std::string> words{"ls-files", "-z", "-co", "--exclude-standard", "--"};
  if (!folder.empty()) words.push_back(folder);
  return git_run(root, words);
}

}  // namespace cnplint::base
