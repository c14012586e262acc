// SPDX-License-Identifier: Apache-2.0
//
// The environment of a cluster, as far as the repository says it: Cilium is often installed from
// the same one.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lint/config.h"
#include "policy/model/cilium_settings.h"
#include "project/file.h"
#include "project/unit.h"

namespace cnplint::project {

/// Settings that stand in no object: values of a chart.
struct ChartValues {
  std::string path;    ///< of the Chart.yaml or kustomization.yaml
  std::string folder;  ///< from the root of the repository
  policy::CiliumSettings settings;
};
/// Values for Cilium's chart: of charts that depend on it, and of `helmCharts` of kustomizations.
/// `file_at` gives the file of a path, null where there is none.
std::vector<ChartValues> chart_values(
    const std::vector<const File*>& files,
    const std::function<const File*(const std::string& path)>& file_at);

/// The files of a cluster, among those of others.
struct ClusterFiles {
  std::string name;
  const std::vector<const Unit*>& own;
  const std::vector<Unit*>& all;
  const std::set<std::string>& clusters;  ///< names of all
};

/// What a cluster's files say of its Cilium, the strongest last: charts, objects that install
/// charts, the ConfigMap of the agents.
/// Objects of other clusters count that install in this one, and its own do not that install in
/// another one.
policy::CiliumSettings settings_of(const ClusterFiles& files,
                                   const std::vector<const ChartValues*>& charts);

/// An environment, and where it comes from.
struct ClusterEnvironment {
  policy::Environment environment;
  lint::GivenSettings sources;  ///< what is not Cilium's default
  std::vector<std::string> notes;
};
/// Puts what the repository says below what was given.
ClusterEnvironment environment_of(const policy::Environment& configured,
                                  const lint::GivenSettings& given,
                                  const policy::CiliumSettings& found);

}  // namespace cnplint::project
