// SPDX-License-Identifier: Apache-2.0
#include "cli/configuration.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/nearest.h"
#include "cli/command.h"
#include "cli/values.h"
#include "rules/catalogue.h"

namespace cnplint::cli {

using base::Error;

void add_config_flags(CLI::App& app, ConfigFlags& flags) {
  app.add_option("--config", flags.config,
                 "Configuration file instead of the nearest .cnplint.yaml")
      ->type_name(kFileValue);
  app.add_flag("--isolated", flags.isolated, "Use no configuration file")->excludes("--config");
  app.add_option("--exclude", flags.exclude, "Glob of paths to leave out, repeatable")
      ->type_name(kGlobValue)
      ->allow_extra_args(false);
  app.add_option("--cluster", flags.cluster,
                 "Of the clusters that the files make, this one only (see `lint --show-clusters`)")
      ->type_name(kClusterValue);
  app.add_option("--stdin-filename", flags.stdin_filename,
                 "The file that `-` stands for: its name in reports, for the configuration and its "
                 "globs; it need not exist")
      ->type_name(kFileValue);
  app.add_flag("--no-ignore", flags.no_ignore,
               "Read what git ignores, too (named files and tracked ones always are)");
  app.add_flag("--render", flags.render,
               "Judge what `kustomize build` and `helm template` print of kustomizations and "
               "charts, where these programs are on the PATH");
  app.add_option("--cilium", flags.cilium, "Cilium release, 1.16 to 1.20 (default 1.20)")
      ->type_name(kReleaseValue);
}

namespace {

/// What is wrong with --stdin-filename; empty where nothing is.
std::string stdin_filename_mistake(const std::string& name, const std::vector<std::string>& paths) {
  if (name.empty()) return {};
  std::error_code ignored;
  const std::filesystem::path path(name);
  if (!path.has_filename() || std::filesystem::is_directory(path, ignored))
    return "--stdin-filename: " + name + " is a folder; name a file in it";
  if (std::ranges::find(paths, "-") == paths.end())
    return "--stdin-filename: standard input is not read; give `-` as a path";
  return {};
}

}  // namespace

base::Result<void> set_release(const std::string& flag, const std::string& release,
                               lint::Config& config) {
  const auto known = policy::parse_release(release);
  if (!known)
    return base::fail(Error::Kind::usage,
                      flag + ": unknown release `" + release + "`" +
                          base::allowed_values_hint(release, policy::kReleaseNames));
  config.environment.cilium = *known;
  config.given["cilium"] = flag;
  for (lint::ClusterSetting& each : config.clusters) {
    each.environment.cilium = *known;
    each.given["cilium"] = flag;
  }
  return {};
}

base::Result<lint::Config> configuration(const ConfigFlags& flags,
                                         const std::vector<std::string>& paths) {
  lint::Config config;
  if (const std::string mistake = stdin_filename_mistake(flags.stdin_filename, paths);
      !mistake.empty())
    return base::fail(Error::Kind::usage, mistake);
  std::string file = flags.config;
  if (file.empty() && !flags.isolated && !paths.empty()) {
    // A running cluster is nowhere: without files beside it the configuration is that of here.
    const auto first = std::ranges::find_if_not(paths, base::is_kube_input);
    const std::string path = first == paths.end() ? "." : *first;
    const bool named = path == "-" && !flags.stdin_filename.empty();
    auto found = lint::find_config(named ? flags.stdin_filename : path);
    if (!found) return tl::unexpected(found.error());
    file = std::move(*found);
  }
  if (!file.empty()) {
    auto loaded = lint::load_config(file, rules::catalogue());
    if (!loaded) return loaded;
    config = std::move(*loaded);
    // A change may bring the file that is found: what it says starts no programs.
    if (config.render && flags.config.empty()) {
      warn(file + ": `render` counts in the file of --config only; use --render");
      config.render = false;
    }
  }
  config.render = config.render || flags.render;
  config.exclude_shown = flags.exclude;
  config.stdin_filename = flags.stdin_filename;
  config.no_ignore = flags.no_ignore;
  if (!flags.cilium.empty())
    if (const auto set = set_release("--cilium", flags.cilium, config); !set)
      return tl::unexpected(set.error());
  return config;
}

}  // namespace cnplint::cli
