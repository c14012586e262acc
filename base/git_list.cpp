// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/git.h"

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kTimeLimit{5};
constexpr std::chrono::milliseconds kPause{1};
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

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& each : texts) result.push_back(each.data());
  result.push_back(nullptr);
  return result;
}

/// A process with its output in a pipe, in a group of its own; it is ended with the object.
class Process {
 public:
  Process(std::vector<std::string> arguments, std::vector<std::string> environment) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    output_ = ends[0];
    posix_spawn_file_actions_t files{};
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes{};
    ::posix_spawnattr_init(&attributes);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes, &signals);
    ::sigaddset(&signals, SIGPIPE);  // ignored here; git shall end when nobody reads it
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t process = 0;
    if (::posix_spawnp(&process, arguments.front().c_str(), &files, &attributes,
                       pointers(arguments).data(), pointers(environment).data()) == 0)
      process_ = process;
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (output_ >= 0) ::close(output_);
    if (process_ <= 0) return;
    ::kill(-process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  /// All that it prints, where it ends well and in time.
  std::optional<std::string> output(Clock::time_point end) {
    std::string text;
    if (process_ <= 0 || !read_all(text, end) || !ends_well(end)) return std::nullopt;
    return text;
  }

 private:
  bool read_all(std::string& text, Clock::time_point end) const {
    std::array<char, std::size_t{1} << 16U> buffer{};
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
      pollfd wait{output_, POLLIN, 0};
      const int ready = left.count() <= 0 ? 0 : ::poll(&wait, 1, static_cast<int>(left.count()));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return false;
      const ssize_t count = ::read(output_, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return count == 0;
      text.append(buffer.data(), static_cast<std::size_t>(count));
      if (text.size() > kSizeLimit) return false;
    }
  }

  bool ends_well(Clock::time_point end) {
    int status = 0;
    for (;; std::this_thread::sleep_for(kPause)) {
      const pid_t ended = ::waitpid(process_, &status, WNOHANG);
      if (ended == 0 && Clock::now() < end) continue;
      if (ended < 0 && errno == EINTR) continue;
      if (ended == 0) return false;
      process_ = 0;
      return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
  }

  pid_t process_ = 0;
  int output_ = -1;
};

}  // namespace

std::optional<std::string> git_list(const fs::path& root, const std::string& folder) {
  // Git separates folders by colons there, and would look for a repository further above.
  if (root.string().find(':') != std::string::npos) return std::nullopt;
  std::vector<std::string> arguments{
      "git", "-C", root.string(),
      // Both are programs that the repository names, or a repository
      // that a change has brought in its files.
      "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-c",
      "safe.bareRepository=explicit", "ls-files", "-z", "-co", "--exclude-standard", "--"};
  if (!folder.empty()) arguments.push_back(folder);
  return Process(std::move(arguments), git_environment(root)).output(Clock::now() + kTimeLimit);
}

}  // namespace cnplint::base
