// SPDX-License-Identifier: Apache-2.0
#include "cli/values.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.h"

namespace cnplint::cli {

OptionValue value_of(const CLI::Option& option) {
  // CLI11 puts what checks say behind the name: `TEXT:{text,json}`.
  const std::string kind = option.get_type_name();
  const std::size_t list = kind.find(":{");
  OptionValue value{kind.substr(0, list), {}};
  if (list == std::string::npos) return value;
  const std::string text = kind.substr(list + 2, kind.size() - list - 3);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    value.values.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return value;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* command_of(const CLI::App& app, const std::string& name) {
  for (const CLI::App* each : commands_of(app))
    if (each->get_name() == name) return each;
  return nullptr;
}

void add_output_option(CLI::App& app, std::vector<std::string>& outputs,
                       std::span<const std::string_view> formats) {
  // Its description is what help and completions show; a wrong format is told by parse_outputs.
  const CLI::Validator known(
      [](std::string&) { return std::string(); },
      "{" + base::joined(std::vector<std::string>(formats.begin(), formats.end()), ",") + "}");
  app.add_option("-o,--output", outputs,
                 "What to print, or to write into a file; repeatable (default " +
                     std::string(formats.front()) + ")")
      ->type_name(kFormatValue)
      ->check(known)
      ->allow_extra_args(false);
}

}  // namespace cnplint::cli
