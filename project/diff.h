// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "policy/verdict/verdict_changes.h"
#include "project/inputs.h"

namespace cnplint::project {

/// What becomes of verdicts in one cluster.
struct ClusterChanges {
  std::string cluster;  ///< empty where there is one only
  std::vector<policy::VerdictChange> changes;
};

/// Compares the verdicts of two states, cluster by cluster: those of the same name, or the only one
/// of each. A cluster that only one of them has is held against one without policies. Clusters
/// without changes are left out.
std::vector<ClusterChanges> verdict_changes(const Inputs& before, const Inputs& after);

}  // namespace cnplint::project
