// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "lint/config.h"

namespace CLI {
class App;
}

namespace cnplint::cli {

/// The flags about configuration, the same in every command that has one.
struct ConfigFlags {
  std::string config;
  std::string cilium;
  bool isolated = false;
  std::string stdin_filename;
  std::vector<std::string> exclude;  ///< globs of paths
  std::string cluster;               ///< empty: all
  bool no_ignore = false;
  bool render = false;
};
void add_config_flags(CLI::App& app, ConfigFlags& flags);

/// Sets the release of Cilium in all clusters of a configuration; `flag` is who says so.
base::Result<void> set_release(const std::string& flag, const std::string& release,
                               lint::Config& config);

/// The configuration in force: the named file, or the one found from the first path upwards (from
/// the name of standard input where that is `-`), with the flags over it.
base::Result<lint::Config> configuration(const ConfigFlags& flags,
                                         const std::vector<std::string>& paths);

}  // namespace cnplint::cli
