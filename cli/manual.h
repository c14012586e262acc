// SPDX-License-Identifier: Apache-2.0
//
// Manual pages, made of the definitions of the commands: packages install what `cnplint __man` and
// `cnplint __man COMMAND` print.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace cnplint::cli {

/// The word that packages ask with, in the place of a command.
inline constexpr const char* kManualWord = "__man";

/// The page of the program, or of one of its commands; empty where there is no such command.
std::string manual_page(const CLI::App& app, const std::string& command);

}  // namespace cnplint::cli
