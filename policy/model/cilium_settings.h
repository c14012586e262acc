// SPDX-License-Identifier: Apache-2.0
//
// Cilium's own settings, where a repository that installs Cilium gives them: the ConfigMap
// `cilium-config`, or values of Cilium's Helm chart in the objects that install charts.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "policy/model/environment.h"
#include "policy/model/manifest.h"

namespace cnplint::policy {

/// A setting that some file gives.
struct CiliumSetting {
  /// As `environment` of a configuration calls it; `cilium` is the release, `ipv4` and `ipv6` are
  /// the members of `ipFamilies`.
  std::string name;
  std::string value;
  std::string giver;        ///< `HelmRelease kube-system/cilium`
  base::SourceRange where;  ///< the value; what holds it where it stands in a text
};
using CiliumSettings = std::vector<CiliumSetting>;

/// Whether an object installs or configures Cilium.
bool configures_cilium(const Manifest& manifest);
/// The settings that an object gives; of `configs`, ConfigMaps that it may take values from. What
/// is given later in the result is stronger.
CiliumSettings cilium_settings(const Manifest& manifest, std::span<const Manifest> configs);
/// Those that values of Cilium's chart give; `version` is the chart's.
CiliumSettings chart_settings(NodeRef values, NodeRef version, std::string_view giver);

/// Puts a setting into an environment. Of a value that it cannot have, what is wrong with it.
std::string apply(const CiliumSetting& setting, Environment& environment);

}  // namespace cnplint::policy
