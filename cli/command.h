// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

namespace cnplint::cli {

/// Exit codes, the same in every command.
enum ExitCode : int {
  kClean = 0,
  kFindings = 1,    ///< findings at or above --fail-on
  kUsage = 2,       ///< wrong usage, configuration or output
  kUnreadable = 3,  ///< an input that cannot be read, or nothing to check
  kInternal = 4,
};

/// A command: its flags are on the app, run() does it.
using Command = std::function<int()>;

// One file each.
Command add_completion_command(CLI::App& app);
Command add_cover_command(CLI::App& app);
Command add_diff_command(CLI::App& app);
Command add_fix_command(CLI::App& app);
Command add_flows_command(CLI::App& app);
Command add_lint_command(CLI::App& app);
Command add_reach_command(CLI::App& app);
Command add_rules_command(CLI::App& app);
Command add_synth_command(CLI::App& app);
Command add_test_command(CLI::App& app);
Command add_why_command(CLI::App& app);

/// Makes the one object of its type that lives to the end of the process and is never taken apart:
/// to free a repository piece by piece right before the end takes as long as a tenth of linting it.
template <class T, class... Arguments>
T& until_the_end(Arguments&&... arguments) {
  static T* const kept = new T(std::forward<Arguments>(arguments)...);
  return *kept;
}

/// Prints "cnplint: error: ..." to stderr and returns the code.
int fail(int code, std::string_view message);
int fail(int code, const base::Error& error);

/// Prints "cnplint: warning: ..." to stderr.
void warn(std::string_view message);
/// Prints "cnplint: ..." to stderr.
void note(std::string_view message);
/// Prints the first few notes.
void tell_notes(const std::vector<std::string>& notes);

}  // namespace cnplint::cli
