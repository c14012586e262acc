// SPDX-License-Identifier: Apache-2.0
#include "cli/limits.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdio>

#include "cli/command.h"

namespace cnplint::cli {
namespace {

/// What to say when time is up: written before the alarm is set, as a signal handler may not
/// format.
std::array<char, 160> timeout_message{};
int timeout_length = 0;

std::size_t memory_limit = 0;

/// Files that are being written hold this signal back until they are all there, or none.
extern "C" void end_by_timeout(int /*signal*/) {
  if (::isatty(STDERR_FILENO) == 1) static_cast<void>(::write(STDERR_FILENO, "\r\x1b[K", 4) < 0);
  static_cast<void>(
      ::write(STDERR_FILENO, timeout_message.data(), static_cast<std::size_t>(timeout_length)) < 0);
  ::_exit(kUnreadable);
}

void set_alarm(double seconds) {
  timeout_length = std::snprintf(
      timeout_message.data(), timeout_message.size(),
      "cnplint: error: not done after %g s (--timeout); nothing is written, read less or allow "
      "more time\n",
      seconds);
  struct sigaction action {};
  action.sa_handler = end_by_timeout;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGALRM, &action, nullptr);
  constexpr double kMicroseconds = 1e6;
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(std::floor(seconds));
  timer.it_value.tv_usec =
      static_cast<suseconds_t>((seconds - std::floor(seconds)) * kMicroseconds);
  if (timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0) timer.it_value.tv_usec = 1;
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

/// What the program itself has allocated, its stacks included. Address space alone is not counted.
void set_memory(std::size_t bytes) {
  memory_limit = bytes;
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(bytes, limit.rlim_max);
  ::setrlimit(RLIMIT_DATA, &limit);
}

}  // namespace

void enforce(const Limits& limits) {
  if (limits.memory > 0) set_memory(limits.memory);
  if (limits.seconds > 0) set_alarm(limits.seconds);
}

int out_of_memory() {
  if (memory_limit == 0)
    return fail(kInternal, "out of memory; nothing is written, read less at once");
  return fail(kUnreadable,
              "more memory is needed than --max-memory allows; nothing is written, "
              "read less or allow more");
}

}  // namespace cnplint::cli
