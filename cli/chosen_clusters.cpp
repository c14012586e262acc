// SPDX-License-Identifier: Apache-2.0
#include "cli/chosen_clusters.h"

namespace cnplint::cli {

base::Result<std::vector<const project::Cluster*>> chosen_clusters(const project::Inputs& inputs,
                                                                   const ConfigFlags& flags) {
  std::vector<const project::Cluster*> chosen;
  if (!flags.cluster.empty()) {
    const auto one = inputs.cluster(flags.cluster);
    if (!one) return tl::unexpected(one.error());
    chosen.push_back(*one);
    return chosen;
  }
  for (const project::Cluster& each : inputs.clusters()) chosen.push_back(&each);
  return chosen;
}

}  // namespace cnplint::cli
