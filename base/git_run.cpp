// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <chrono>

#include "base/git.h"
#include "base/program.h"

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kTimeLimit{5};
constexpr std::chrono::seconds kTimeLimitOfMany{60};
constexpr std::size_t kSizeLimit = std::size_t{256} << 20U;

/// The environment without git's variables, but for those that say where the user's configuration
/// is, and with those that keep git to reading this one folder.
std::vector<std::string> git_environment(const fs::path& root) {
  std::vector<std::string> result;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view variable(*each);
    if (!variable.starts_with("GIT_") || variable.starts_with("GIT_CONFIG_GLOBAL=") ||
        variable.starts_with("GIT_CONFIG_SYSTEM=") || variable.starts_with("GIT_CONFIG_NOSYSTEM="))
      result.emplace_back(variable);
  }
  result.push_back("GIT_CEILING_DIRECTORIES=" + root.parent_path().string());
  result.push_back("GIT_WORK_TREE=" + root.string());
  // A partial clone fetches what it lacks, by the programs that its configuration names.
  result.emplace_back("GIT_NO_LAZY_FETCH=1");
  result.emplace_back("GIT_ALLOW_PROTOCOL=none");
  result.emplace_back("GIT_TERMINAL_PROMPT=0");
  result.emplace_back("GIT_OPTIONAL_LOCKS=0");
  result.emplace_back("GIT_LITERAL_PATHSPECS=1");
  return result;
}

}  // namespace

std::optional<std::string> git_run(const fs::path& root, const std::vector<std::string>& words,
                                   const std::string& input) {
  // Git separates folders by colons there, and would look for a repository further above.
  if (root.string().find(':') != std::string::npos) return std::nullopt;
  // Both are programs that the repository names, or a repository that a change has brought in its
  // files.
  std::vector<std::string> arguments{"git",
                                     "-C",
                                     root.string(),
                                     "-c",
                                     "core.fsmonitor=false",
                                     "-c",
                                     "core.untrackedCache=false",
                                     "-c",
                                     "safe.bareRepository=explicit"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  const std::chrono::seconds time = input.empty() ? kTimeLimit : kTimeLimitOfMany;
  auto output = run_program({.arguments = std::move(arguments),
                             .environment = git_environment(root),
                             .time = time,
                             .bytes = kSizeLimit,
                             .input = input});
  if (!output || !output->well) return std::nullopt;
  return std::move(output->text);
}

}  // namespace cnplint::base
