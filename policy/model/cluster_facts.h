// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/inventory.h"

namespace cnplint::policy {

/// What rules see of the cluster that policies live in.
struct ClusterFacts {
  const Environment& environment;  ///< the settings of Cilium
  const Inventory& inventory;      ///< the manifests of the same input
  /// Namespaces where captures show DNS servers, beside those that the environment names.
  std::vector<std::string> seen_dns = {};
};

}  // namespace cnplint::policy
