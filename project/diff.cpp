// SPDX-License-Identifier: Apache-2.0
#include "project/diff.h"

#include <algorithm>
#include <utility>

#include "project/cluster_state.h"

namespace cnplint::project {
namespace {

/// The same cluster without policies.
policy::ClusterState without_policies(const policy::ClusterState& state) {
  return {policy::translate({}, state.rules->environment, state.rules->surroundings), state.pods};
}

const Cluster* named(const Inputs& inputs, const std::string& name) {
  const auto found = std::ranges::find(inputs.clusters(), name, &Cluster::name);
  return found == inputs.clusters().end() ? nullptr : &*found;
}

}  // namespace

std::vector<ClusterChanges> verdict_changes(const Inputs& before, const Inputs& after) {
  std::vector<std::pair<const Cluster*, const Cluster*>> pairs;
  if (before.clusters().size() == 1 && after.clusters().size() == 1) {
    pairs.emplace_back(&before.clusters().front(), &after.clusters().front());
  } else {
    for (const Cluster& each : before.clusters())
      pairs.emplace_back(&each, named(after, each.name()));
    for (const Cluster& each : after.clusters())
      if (named(before, each.name()) == nullptr) pairs.emplace_back(nullptr, &each);
  }
  std::vector<ClusterChanges> result;
  for (const auto& [was, is] : pairs) {
    policy::ClusterState old = was != nullptr ? cluster_state(*was) : policy::ClusterState();
    policy::ClusterState now = is != nullptr ? cluster_state(*is) : without_policies(old);
    if (was == nullptr) old = without_policies(now);
    auto changes = policy::verdict_changes(old, now);
    if (pairs.size() > 1)
      for (const Cluster* each : {was, is})
        if (each != nullptr) each->forget_rules();
    if (!changes.empty())
      result.push_back({pairs.size() > 1 ? (is != nullptr ? is : was)->name() : std::string(),
                        std::move(changes)});
  }
  return result;
}

}  // namespace cnplint::project
