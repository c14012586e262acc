// SPDX-License-Identifier: Apache-2.0
#include "cli/values.h"

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace cnplint::cli {

const CLI::App* command_of(const CLI::App& app, const std::string& name) {
  for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; }))
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
