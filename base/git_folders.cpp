// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <cstdlib>

#include "base/file.h"
#include "base/git.h"
#include "base/text.h"

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kConfigBytes = std::size_t{1} << 20U;

std::string first_line(const fs::path& file) {
  const auto text = read_file(file.string(), kConfigBytes);
  return text ? text->substr(0, text->find_first_of("\r\n")) : "";
}

fs::path variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string_view stripped(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The value of a line `name = value`, without quotes, escapes and comments.
std::string value_of(std::string_view text) {
  std::string result;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && (text[i] == '#' || text[i] == ';'))
      break;
    else
      result += text[i] == '\\' && i + 1 < text.size() ? text[++i] : text[i];
  }
  return std::string(stripped(result));
}

/// Sets the path that `excludesFile` in the section `core` of a configuration names last.
void read_excludes_file(const fs::path& file, std::optional<fs::path>& result) {
  const auto text = read_file(file.string(), kConfigBytes);
  std::string_view left = text ? std::string_view(*text) : std::string_view();
  bool core = false;
  while (!left.empty()) {
    const std::string_view line = stripped(left.substr(0, left.find('\n')));
    left.remove_prefix(std::min(left.find('\n'), left.size() - 1) + 1);
    if (line.starts_with('[')) core = lower(line.substr(0, line.find(']'))) == "[core";
    const std::size_t equals = line.find('=');
    if (!core || equals == std::string_view::npos) continue;
    if (lower(stripped(line.substr(0, equals))) != "excludesfile") continue;
    const std::string value = value_of(line.substr(equals + 1));
    result = value.starts_with("~/") ? variable("HOME") / value.substr(2) : fs::path(value);
  }
}

}  // namespace

std::optional<GitFolders> git_folders(const fs::path& root) {
  std::error_code error;
  GitFolders folders{root / ".git", {}};
  if (!fs::is_directory(folders.own, error)) {
    const std::string line = first_line(folders.own);
    if (!line.starts_with("gitdir: ")) return std::nullopt;
    folders.own = root / line.substr(std::string_view("gitdir: ").size());
  }
  const std::string common = first_line(folders.own / "commondir");
  folders.common = common.empty() ? folders.own : folders.own / common;
  return folders;
}

fs::path git_excludes_file(const GitFolders& folders) {
  const fs::path home = variable("HOME");
  const fs::path xdg = variable("XDG_CONFIG_HOME");
  const fs::path user = xdg.empty() ? home / ".config" : xdg;
  std::optional<fs::path> result;
  read_excludes_file("/etc/gitconfig", result);
  if (const fs::path global = variable("GIT_CONFIG_GLOBAL"); !global.empty()) {
    read_excludes_file(global, result);
  } else {
    read_excludes_file(user / "git/config", result);
    read_excludes_file(home / ".gitconfig", result);
  }
  read_excludes_file(folders.common / "config", result);
  return result.value_or(user / "git/ignore");
}

}  // namespace cnplint::base
