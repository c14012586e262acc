// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/escape.h"
#include "base/file.h"
#include "cli/command.h"

namespace cnplint::cli {

namespace {

/// Prints a message line by line; what comes from an input cannot move the cursor.
void say(const char* level, std::string_view message) {
  std::string text = std::string("cnplint: ") + level;
  for (std::size_t at = 0; at <= message.size();) {
    const std::size_t end = std::min(message.find('\n', at), message.size());
    text += base::for_terminal(message.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  std::fputs(text.c_str(), stderr);
}

}  // namespace

int fail(int code, std::string_view message) {
  say("error: ", message);
  return code;
}

void warn(std::string_view message) { say("warning: ", message); }

void note(std::string_view message) { say("", message); }

Output parse_output(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return {text, ""};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

base::Result<void> deliver(const Output& output, const std::string& text) {
  if (!output.file.empty()) return base::write_file(output.file, text);
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written || errno == EPIPE) return {};
  return base::fail(base::Error::Kind::unwritable,
                    std::string("standard output: ") + std::strerror(errno));
}

bool wants_color() { return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr; }

}  // namespace cnplint::cli
