// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "base/escape.h"
#include "cli/command.h"

namespace cnplint::cli {
namespace {

/// Prints one message as one line: what comes from an input can neither move the cursor nor begin
/// a line of its own.
void say(const char* level, std::string_view message) {
  const std::string text = std::string("cnplint: ") + level + base::for_terminal(message) + "\n";
  std::fputs(text.c_str(), stderr);
}

}  // namespace

int fail(int code, std::string_view message) {
  say("error: ", message);
  return code;
}

int fail(int code, const base::Error& error) {
  fail(code, error.message);
  for (const std::string& each : error.more) fail(code, each);
  return code;
}

void warn(std::string_view message) { say("warning: ", message); }

void note(std::string_view message) { say("", message); }

void tell_notes(const std::vector<std::string>& notes) {
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < std::min(kMost, notes.size()); ++i) note(notes[i]);
  if (notes.size() > kMost)
    note("and " + std::to_string(notes.size() - kMost) + " more such notes");
}

}  // namespace cnplint::cli
