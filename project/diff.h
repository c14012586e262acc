// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "policy/verdict/forbidden.h"
#include "policy/verdict/verdict_changes.h"
#include "project/inputs.h"

namespace cnplint::project {

/// What becomes of verdicts in one cluster.
struct ClusterChanges {
  std::string cluster;  ///< empty where there is one only
  std::vector<policy::VerdictChange> changes;
  /// Forbidden connections among those that open.
  std::vector<policy::ForbiddenOpening> forbidden;
};

/// Connections that the configuration forbids; must outlive what is found of them.
using ForbiddenList = std::vector<policy::Forbidden>;

/// What of a list can forbid nothing, as its selectors select neither a workload nor an entity of
/// any cluster: sentences.
std::vector<std::string> idle_forbidden(const Inputs& inputs, const ForbiddenList& forbidden);

/// Compares the verdicts of two states, cluster by cluster: those of the same name, or the only one
/// of each. A cluster that only one of them has is held against one without policies. Clusters
/// without changes are left out.
std::vector<ClusterChanges> verdict_changes(const Inputs& before, const Inputs& after,
                                            const ForbiddenList& forbidden = {});

/// Compares one cluster of some inputs with one of others, whatever they are called.
base::Result<std::vector<ClusterChanges>> verdict_changes_of_clusters(
    const Inputs& before, const std::string& old_name, const Inputs& after,
    const std::string& new_name, const ForbiddenList& forbidden);

/// Compares a running cluster, the only one of its inputs, with files that were opened among its
/// surroundings as the cluster of a name. Which cluster of the files it is must be known: where
/// these are of several, and none of them has the name, that is an error. Objects of files that
/// name no namespace are in the one whose workloads they select; `notes` gets what stays unknown,
/// sentences.
base::Result<std::vector<ClusterChanges>> verdict_changes_of_running(
    Inputs& before, Inputs& after, const std::string& name, const ForbiddenList& forbidden,
    std::vector<std::string>& notes);

}  // namespace cnplint::project
