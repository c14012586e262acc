// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/yaml/document.h"

namespace cnplint::lint {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

/// A manifest that makes pods: Pod, Deployment, StatefulSet, DaemonSet, Job, CronJob, ReplicaSet.
struct Workload {
  std::string subject;  ///< `Kind/namespace/name`
  std::string_view ns;
  Labels labels;  ///< of its pods
};

/// The manifests of the same input that are no policies but say what policies are about.
struct Inventory {
  std::vector<Workload> workloads;
};

/// Adds a manifest to the inventory where it belongs there, and says whether it did.
bool add_to_inventory(policy::NodeRef root, Inventory& inventory);

}  // namespace cnplint::lint
