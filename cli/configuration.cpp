// SPDX-License-Identifier: Apache-2.0
#include "cli/configuration.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/nearest.h"
#include "rules/catalogue.h"

namespace cnplint::cli {

using base::Error;

void add_config_flags(CLI::App& app, ConfigFlags& flags) {
  app.add_option("--config", flags.config,
                 "Configuration file instead of the nearest .cnplint.yaml");
  app.add_flag("--isolated", flags.isolated, "Use no configuration file");
  app.add_option("--cilium", flags.cilium, "Cilium release, 1.16 to 1.20 (default 1.20)");
}

base::Result<lint::Config> configuration(const ConfigFlags& flags,
                                         const std::vector<std::string>& paths) {
  lint::Config config;
  std::string file = flags.config;
  if (file.empty() && !flags.isolated && !paths.empty()) file = lint::find_config(paths.front());
  if (!file.empty()) {
    auto loaded = lint::load_config(file, rules::catalogue());
    if (!loaded) return loaded;
    config = std::move(*loaded);
  }
  if (!flags.cilium.empty()) {
    const auto release = policy::parse_release(flags.cilium);
    if (!release)
      return base::fail(Error::Kind::usage,
                        "--cilium: unknown release `" + flags.cilium + "`" +
                            base::allowed_values_hint(flags.cilium, policy::kReleaseNames));
    config.environment.cilium = *release;
  }
  return config;
}

base::Result<std::vector<Output>> parse_outputs(const std::vector<std::string>& texts,
                                                std::span<const std::string_view> formats) {
  std::vector<Output> outputs;
  std::size_t to_stdout = 0;
  for (const std::string& text : texts) {
    outputs.push_back(parse_output(text));
    const std::string& format = outputs.back().format;
    to_stdout += outputs.back().file.empty() ? 1 : 0;
    if (std::ranges::find(formats, format) == formats.end())
      return base::fail(Error::Kind::usage, "--output: unknown format `" + format + "`" +
                                                base::allowed_values_hint(format, formats));
  }
  if (to_stdout > 1)
    return base::fail(Error::Kind::usage,
                      "--output: only one format can go to standard output, give the others a file "
                      "(FORMAT=FILE)");
  if (outputs.empty()) outputs.push_back({std::string(formats.front()), ""});
  return outputs;
}

}  // namespace cnplint::cli
