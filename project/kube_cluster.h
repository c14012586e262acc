// SPDX-License-Identifier: Apache-2.0
//
// What runs in a cluster, as an input beside files.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "project/in_memory.h"
#include "project/kubectl.h"

namespace cnplint::project {

/// The policies of a cluster, its workloads, Namespaces, Services, CIDR groups and the ConfigMap
/// cilium-config, each as a text of its own; all of them or an error. Kinds that the cluster does
/// not have are left out.
/// @param input `kube:CONTEXT`
base::Result<std::vector<InMemory>> read_kube_cluster(const std::string& input,
                                                      KubectlLimits limits = {});

}  // namespace cnplint::project
