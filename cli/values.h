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
class Option;
}  // namespace CLI

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

/// What an option takes: a word for it, and the values where it has a list.
struct OptionValue {
  std::string name;
  std::vector<std::string> values;
};
OptionValue value_of(const CLI::Option& option);

/// All commands, in order.
std::vector<const CLI::App*> commands_of(const CLI::App& app);
/// A command by its name; null where there is none.
const CLI::App* command_of(const CLI::App& app, const std::string& name);

/// --output of a command that has these formats, the first of which is the usual one.
void add_output_option(CLI::App& app, std::vector<std::string>& outputs,
                       std::span<const std::string_view> formats);

}  // namespace cnplint::cli
