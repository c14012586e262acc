// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "base/git.h"
#include "base/walk.h"

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;

/// Files that are asked about at once: command lines have a limit.
constexpr std::size_t kAtOnce = 500;

/// The paths of blobs in the last commit, by what `ls-tree -z` prints: `mode type name\tpath`.
std::map<std::string, std::string> names_by_path(const std::string& listed) {
  std::map<std::string, std::string> names;
  for (std::size_t at = 0; at < listed.size();) {
    const std::size_t end = std::min(listed.find('\0', at), listed.size());
    const std::string entry = listed.substr(at, end - at);
    at = end + 1;
    const std::size_t tab = entry.find('\t');
    const std::size_t name = entry.rfind(' ', tab);
    if (tab != std::string::npos && name != std::string::npos)
      names[entry.substr(tab + 1)] = entry.substr(name + 1, tab - name - 1);
  }
  return names;
}

/// Of paths in a repository those that its last commit has as they are.
std::set<std::string> committed(const fs::path& root, const std::vector<std::string>& paths) {
  std::vector<std::string> words{"ls-tree", "-z", "HEAD", "--"};
  words.insert(words.end(), paths.begin(), paths.end());
  const auto listed = git_run(root, words);
  words = {"hash-object", "--no-filters", "--"};
  words.insert(words.end(), paths.begin(), paths.end());
  const auto hashed = listed ? git_run(root, words) : std::nullopt;
  if (!hashed) return {};
  const auto names = names_by_path(*listed);
  std::set<std::string> same;
  std::size_t at = 0;
  for (const std::string& path : paths) {
    const std::size_t end = hashed->find('\n', at);
    if (end == std::string::npos) break;
    const auto name = names.find(path);
    if (name != names.end() && name->second == hashed->substr(at, end - at)) same.insert(path);
    at = end + 1;
  }
  return same;
}

}  // namespace

std::vector<std::string> uncommitted(const std::vector<std::string>& files) {
  std::map<fs::path, std::vector<std::pair<std::string, std::string>>> by_root;
  std::set<std::string> safe;
  for (const std::string& file : files) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(fs::absolute(file, error), error);
    if (const auto root = repository_root(real))
      by_root[*root].emplace_back(real.lexically_relative(*root).generic_string(), file);
  }
  for (const auto& [root, all] : by_root)
    for (std::size_t begin = 0; begin < all.size(); begin += kAtOnce) {
      std::vector<std::string> paths;
      for (std::size_t i = begin; i < std::min(begin + kAtOnce, all.size()); ++i)
        paths.push_back(all[i].first);
      const std::set<std::string> same = committed(root, paths);
      for (std::size_t i = begin; i < std::min(begin + kAtOnce, all.size()); ++i)
        if (same.contains(all[i].first)) safe.insert(all[i].second);
    }
  std::vector<std::string> result;
  for (const std::string& file : files)
    if (!safe.contains(file)) result.push_back(file);
  return result;
}

}  // namespace cnplint::base
