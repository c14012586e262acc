// SPDX-License-Identifier: Apache-2.0
#include "cli/configuration.h"

#include <CLI/CLI.hpp>

#include "base/nearest.h"
#include "rules/catalogue.h"

namespace cnplint::cli {

using base::Error;

void add_config_flags(CLI::App& app, ConfigFlags& flags) {
  app.add_option("--config", flags.config,
                 "Configuration file instead of the nearest .cnplint.yaml");
  app.add_flag("--isolated", flags.isolated, "Use no configuration file")->excludes("--config");
  app.add_option("--exclude", flags.exclude, "Glob of paths to leave out, repeatable")
      ->allow_extra_args(false);
  app.add_flag("--no-ignore", flags.no_ignore,
               "Read what git ignores, too (named files and tracked ones always are)");
  app.add_option("--cilium", flags.cilium, "Cilium release, 1.16 to 1.20 (default 1.20)");
}

base::Result<lint::Config> configuration(const ConfigFlags& flags,
                                         const std::vector<std::string>& paths) {
  lint::Config config;
  std::string file = flags.config;
  if (file.empty() && !flags.isolated && !paths.empty()) {
    auto found = lint::find_config(paths.front());
    if (!found) return tl::unexpected(found.error());
    file = std::move(*found);
  }
  if (!file.empty()) {
    auto loaded = lint::load_config(file, rules::catalogue());
    if (!loaded) return loaded;
    config = std::move(*loaded);
  }
  config.exclude_shown = flags.exclude;
  config.no_ignore = flags.no_ignore;
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

}  // namespace cnplint::cli
