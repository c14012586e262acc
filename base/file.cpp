// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace cnplint::base {
namespace {

std::string in_mebibytes(std::size_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

/// Reads a descriptor to its end; `hint` is the expected size.
Result<std::string> read_all(int descriptor, const std::string& name, std::size_t hint,
                             std::size_t limit) {
  constexpr std::size_t kChunk = 65536;
  std::string text;
  text.resize(hint + 1);
  std::size_t used = 0;
  for (;;) {
    if (used == text.size()) text.resize(text.size() + std::max(kChunk, text.size()));
    const ssize_t got = ::read(descriptor, text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Error::Kind::unreadable, name + ": " + std::strerror(errno));
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > limit)
      return fail(Error::Kind::too_large, name + ": larger than " + in_mebibytes(limit) +
                                              "; split it, or leave it out with --exclude");
  }
  text.resize(used);
  return text;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  // O_NONBLOCK: a named pipe without a writer must not hang the run; it is refused just below.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return fail(Error::Kind::unreadable, path + ": " + std::strerror(errno));
  struct stat status {};
  const bool regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  Result<std::string> result = fail(Error::Kind::unreadable, path + ": not a regular file");
  if (regular && static_cast<std::size_t>(status.st_size) > limit)
    result = fail(Error::Kind::too_large, path + ": larger than " + in_mebibytes(limit) +
                                              "; split it, or leave it out with --exclude");
  else if (regular)
    result = read_all(descriptor, path, static_cast<std::size_t>(status.st_size), limit);
  ::close(descriptor);
  return result;
}

Result<std::string> read_input(const std::string& path, std::size_t limit) {
  if (path != "-") return read_file(path, limit);
  // Commands that lint and measure read their inputs twice; there is only one standard input.
  static const Result<std::string> once = read_all(STDIN_FILENO, "standard input", 0, limit);
  return once;
}

bool is_direct(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::string shown_path(const std::string& path) {
  if (path == "-") return "<stdin>";
  if (is_direct(path)) return path;
  if (path.starts_with("./") && is_direct(std::string_view(path).substr(2))) return path.substr(2);
  const std::filesystem::path normal = std::filesystem::path(path).lexically_normal();
  if (!normal.native().starts_with("..")) return normal.string();
  // Where it leads back into the folder that the program runs in, its way out is a detour too.
  std::error_code error;
  const auto here = std::filesystem::current_path(error);
  if (error) return normal.string();
  std::string near = (here / normal).lexically_normal().lexically_relative(here).string();
  if (near.ends_with('/') && !normal.native().ends_with('/')) near.pop_back();
  return near;
}

std::string target_of(const std::string& path) {
  constexpr int kMostLinks = 40;
  std::filesystem::path target = path;
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code error;
    if (!std::filesystem::is_symlink(target, error)) return target.string();
    const std::filesystem::path next = std::filesystem::read_symlink(target, error);
    if (error) return path;
    target = target.parent_path() / next;
  }
  return path;
}

}  // namespace cnplint::base
