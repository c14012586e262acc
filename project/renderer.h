// SPDX-License-Identifier: Apache-2.0
//
// The programs kustomize and helm, for whoever asks for them (`--render`).
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/private_folder.h"

namespace cnplint::project {

/// A chart, and how it is installed.
struct ChartRelease {
  std::string name;
  std::string ns;
  std::string chart;                      ///< the folder of the chart
  std::vector<std::string> values_files;  ///< the later ones are stronger
  std::string values;                     ///< JSON; stronger than the files
};

/// Runs the programs that are found on the PATH, without a network, plugins and what the user has
/// configured of them. Each may take half a minute, all of them five minutes.
class Renderer {
 public:
  Renderer();
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;

  [[nodiscard]] bool has_kustomize() const { return !kustomize_.empty(); }
  [[nodiscard]] bool has_helm() const { return !helm_.empty(); }

  /// What `kustomize build` prints of a folder, each object with the annotation that says where it
  /// comes from, as a path from `origin_folder`. Its error is the program's, one line.
  base::Result<std::string> kustomize(const std::string& folder);
  /// What `helm template` prints of a chart.
  base::Result<std::string> helm(const ChartRelease& release);

  /// What the paths of origins begin at.
  [[nodiscard]] const std::filesystem::path& origin_folder() const { return folder_.path(); }

 private:
  base::Result<std::string> run(std::vector<std::string> arguments);

  PrivateFolder folder_;
  std::string kustomize_;  ///< paths; empty where there is none
  std::string helm_;
  std::chrono::steady_clock::time_point end_;
};

}  // namespace cnplint::project
