// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "policy/verdict/verdict_changes.h"
#include "project/cluster.h"

namespace cnplint::project {

/// The rules of a cluster and its workloads as endpoints.
inline policy::ClusterState cluster_state(const Cluster& cluster) {
  return {cluster.rules(), policy::named_endpoints(cluster.inventory(), cluster.environment())};
}

}  // namespace cnplint::project
