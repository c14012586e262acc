// SPDX-License-Identifier: Apache-2.0
//
// Other programs, run without a shell.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cnplint::base {

/// How a program is run. What it starts itself ends with it.
struct ProgramCall {
  std::vector<std::string> arguments;    ///< the first is its path, or a name on the PATH
  std::vector<std::string> environment;  ///< `NAME=value`, all of it
  std::chrono::milliseconds time{};      ///< at most
  std::size_t bytes = 0;                 ///< that it prints at most
  std::size_t memory = 0;                ///< of its address space in bytes; 0: without a limit
  /// Whether it has no network, where the system lets us say so, and ends with this process.
  bool alone = false;
  std::string input = {};  ///< a file that it reads as its standard input; empty: nothing
  /// Gets what it prints on its standard output, piece by piece as it comes, in the place of
  /// ProgramOutput::text: for what would be too much to be held.
  std::function<void(std::string_view piece)> take = {};
};

/// What a program printed.
struct ProgramOutput {
  bool well = false;   ///< whether it ended by itself with exit code 0
  std::string text;    ///< on its standard output
  std::string errors;  ///< on its standard error, the first 64 KiB
};

/// Runs a program to its end. An error where it cannot be started, takes too long or prints too
/// much: a sentence without its name.
Result<ProgramOutput> run_program(ProgramCall call);

/// The path of a program by the PATH of the environment; empty where it is not there.
std::string program_path(const std::string& name);

}  // namespace cnplint::base
