// SPDX-License-Identifier: Apache-2.0
//
// How the charts of a repository are installed: by HelmReleases of Flux and Applications of Argo CD
// in it, or, where nothing here says it, by their defaults.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "project/deployed_units.h"
#include "project/deployments.h"
#include "project/file.h"
#include "project/renderer.h"

namespace cnplint::project {

/// A chart as one object installs it.
struct PlacedRelease {
  ChartRelease release;
  std::string folder;          ///< of the chart, from the root of the repository
  std::vector<DeployedTo> to;  ///< its clusters; empty: its place tells
  std::string place;           ///< the folder of the object, or of the chart
  /// `Kind/name` of the objects in its values, which are judged where they are written.
  std::set<std::string> held;
};

/// The releases of the charts among the files that are no library and no part of another chart.
/// What a release wants and is not followed (values of Secrets and ConfigMaps) is in `notes`.
std::vector<PlacedRelease> chart_releases(const std::vector<const File*>& files,
                                          const std::vector<DeployedUnit>& units,
                                          const DeploymentReader& reader,
                                          std::vector<std::string>& notes);

}  // namespace cnplint::project
