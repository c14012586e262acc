// SPDX-License-Identifier: Apache-2.0
//
// Completions for shells: `cnplint completion SHELL` prints a script that asks `cnplint __complete`
// for words.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace cnplint::cli {

/// The word that shells ask with, in the place of a command.
inline constexpr const char* kCompleteWord = "__complete";

/// Prints what the last of some words may become, one a line, with a tab and what it is behind it;
/// nothing where it is a file. The words are those behind the program's name.
int complete(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace cnplint::cli
