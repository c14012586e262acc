// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/file.h"
#include "cli/command.h"

namespace cnplint::cli {

int fail(int code, std::string_view message) {
  std::fprintf(stderr, "cnplint: error: %.*s\n", static_cast<int>(message.size()), message.data());
  return code;
}

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
