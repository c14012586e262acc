// SPDX-License-Identifier: Apache-2.0
//
// What the values of options are: the words that help, manual pages and completions have for them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace cnplint::cli {

inline constexpr const char* kClusterValue = "CLUSTER";
inline constexpr const char* kFileValue = "FILE";
inline constexpr const char* kFormatValue = "FORMAT[=FILE]";
inline constexpr const char* kGlobValue = "GLOB";
inline constexpr const char* kNamespaceValue = "NAMESPACE";
inline constexpr const char* kPathValue = "PATH";
inline constexpr const char* kReleaseValue = "RELEASE";
inline constexpr const char* kRuleValue = "RULE";
inline constexpr const char* kSchemaValue = "KIND";
inline constexpr const char* kStateValue = "STATE";

/// A command by its name; null where there is none.
const CLI::App* command_of(const CLI::App& app, const std::string& name);

/// --output of a command that has these formats, the first of which is the usual one.
void add_output_option(CLI::App& app, std::vector<std::string>& outputs,
                       std::span<const std::string_view> formats);

}  // namespace cnplint::cli
