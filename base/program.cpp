// SPDX-License-Identifier: Apache-2.0
#include "base/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <thread>
#include <utility>

namespace cnplint::base {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{1};
constexpr int kCannotStart = 127;
constexpr std::size_t kErrorBytes = std::size_t{64} << 10U;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& each : texts) result.push_back(each.data());
  result.push_back(nullptr);
  return result;
}

/// A process with its output in pipes, in a group of its own; it is ended with the object.
class Process {
 public:
  explicit Process(ProgramCall& call)
      : end_(Clock::now() + call.time), limit_(call.bytes), take_(std::move(call.take)) {
    std::array<int, 2> output{-1, -1};
    std::array<int, 2> errors{-1, -1};
    if (::pipe2(output.data(), O_CLOEXEC) != 0) return;
    if (::pipe2(errors.data(), O_CLOEXEC) != 0) {
      ::close(output[0]);
      ::close(output[1]);
      return;
    }
    ends_ = {output[0], errors[0]};
    start(call, output[1], errors[1]);
    ::close(output[1]);
    ::close(errors[1]);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    for (const int end : ends_)
      if (end >= 0) ::close(end);
    if (process_ <= 0) return;
    ::kill(-process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  Result<ProgramOutput> run() {
    if (process_ <= 0) return fail(Error::Kind::unreadable, "it cannot be started");
    ProgramOutput output;
    if (auto problem = read_all(output); !problem.empty())
      return fail(Error::Kind::unreadable, std::move(problem));
    if (!ends(output.well)) return fail(Error::Kind::unreadable, too_long());
    if (!started_) return fail(Error::Kind::unreadable, "it cannot be started");
    return output;
  }

 private:
  static std::string too_long() { return "it took too long"; }

  void start(ProgramCall& call, int output, int errors) {
    const std::string path = call.arguments.front().find('/') == std::string::npos
                                 ? program_path(call.arguments.front())
                                 : call.arguments.front();
    std::vector<char*> arguments = pointers(call.arguments);
    std::vector<char*> environment = pointers(call.environment);
    const pid_t parent = ::getpid();
    const int input =
        ::open(call.input.empty() ? "/dev/null" : call.input.c_str(), O_RDONLY | O_CLOEXEC);
    const pid_t process = ::fork();
    if (process == 0)
      become(call, path.c_str(), arguments.data(), environment.data(), {input, output, errors},
             parent);
    if (input >= 0) ::close(input);
    if (process > 0) ::setpgid(process, process);
    process_ = process;
  }

  /// The child: only calls to the system, as other threads may have held locks.
  [[noreturn]] static void become(const ProgramCall& call, const char* path, char* const* arguments,
                                  char* const* environment, std::array<int, 3> streams,
                                  pid_t parent) {
    ::setpgid(0, 0);
    for (int at = 0; at < 3; ++at)
      if (::dup2(streams[static_cast<std::size_t>(at)], at) < 0) ::_exit(kCannotStart);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);  // ignored here; it shall end when nobody reads it
    if (call.memory > 0) {
      const rlimit limit{call.memory, call.memory};
      ::setrlimit(RLIMIT_AS, &limit);
    }
    if (call.alone) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(kCannotStart);
      ::unshare(CLONE_NEWUSER | CLONE_NEWNET);
    }
    ::execve(path, arguments, environment);
    ::_exit(kCannotStart);
  }

  /// Reads both pipes until they end; what is wrong, or nothing.
  std::string read_all(ProgramOutput& output) {
    std::array<pollfd, 2> waits{pollfd{ends_[0], POLLIN, 0}, pollfd{ends_[1], POLLIN, 0}};
    while (waits[0].fd >= 0 || waits[1].fd >= 0) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
      if (left.count() <= 0) return too_long();
      const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(left.count()));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return too_long();
      for (pollfd& wait : waits)
        if (wait.fd >= 0 && wait.revents != 0 &&
            !read_some(wait.fd, &wait == waits.data() ? output.text : output.errors))
          wait.fd = -1;
      if (printed_ + output.text.size() > limit_) return "it prints too much";
      if (take_) {
        take_(output.text);
        printed_ += output.text.size();
        output.text.clear();
      }
      output.errors.resize(std::min(output.errors.size(), kErrorBytes));
    }
    return {};
  }

  /// Whether there may be more.
  static bool read_some(int from, std::string& to) {
    std::array<char, std::size_t{1} << 16U> buffer{};
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count > 0) to.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && errno == EINTR);
  }

  /// Waits for its end; false where that takes too long.
  bool ends(bool& well) {
    int status = 0;
    for (;; std::this_thread::sleep_for(kPause)) {
      const pid_t ended = ::waitpid(process_, &status, WNOHANG);
      if (ended == 0 && Clock::now() < end_) continue;
      if (ended < 0 && errno == EINTR) continue;
      if (ended == 0) return false;
      process_ = 0;
      well = ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
      started_ = !(ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == kCannotStart);
      return true;
    }
  }

  Clock::time_point end_;
  std::size_t limit_;
  std::function<void(std::string_view)> take_;
  std::size_t printed_ = 0;  ///< that was taken
  pid_t process_ = 0;
  bool started_ = true;
  std::array<int, 2> ends_{-1, -1};
};

}  // namespace

Result<ProgramOutput> run_program(ProgramCall call) { return Process(call).run(); }

std::string program_path(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? std::string_view() : std::string_view(path);
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const auto candidate = std::filesystem::path(rest.substr(0, colon)) / name;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
    // A relative folder would be one of the repository that is looked at.
    std::error_code ignored;
    if (candidate.is_absolute() && std::filesystem::is_regular_file(candidate, ignored) &&
        ::access(candidate.c_str(), X_OK) == 0)
      return candidate.string();
  }
  return {};
}

}  // namespace cnplint::base
