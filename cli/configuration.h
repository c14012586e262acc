// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "lint/config.h"

namespace cnplint::cli {

/// The flags about configuration, the same in every command that has one.
struct ConfigFlags {
  std::string config;
  std::string cilium;
  bool isolated = false;
};
void add_config_flags(CLI::App& app, ConfigFlags& flags);

/// The configuration in force: the named file, or the one found from the first path upwards, with
/// the flags over it.
base::Result<lint::Config> configuration(const ConfigFlags& flags,
                                         const std::vector<std::string>& paths);

/// The names of formats.
std::vector<std::string_view> names_of(const auto& formats) {
  std::vector<std::string_view> names;
  for (const auto& format : formats) names.push_back(format.name);
  return names;
}

/// The outputs that are asked for with --output; the first format where none is. An unknown format,
/// and two on standard output, are errors.
base::Result<std::vector<Output>> parse_outputs(const std::vector<std::string>& texts,
                                                std::span<const std::string_view> formats);

}  // namespace cnplint::cli
