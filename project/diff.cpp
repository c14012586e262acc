// SPDX-License-Identifier: Apache-2.0
#include "project/diff.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "project/cluster_state.h"
#include "project/folder_namespaces.h"

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

/// The workloads of a cluster that are in real namespaces.
std::vector<NamedPod> pods_of(const Cluster& cluster) {
  std::vector<NamedPod> pods;
  for (const policy::Workload& each : cluster.inventory().workloads) {
    if (policy::is_folder_namespace(each.ns)) continue;
    pods.push_back({std::string(each.ns), {}});
    for (const auto& [key, value] : each.labels)
      pods.back().labels.push_back({"k8s", std::string(key), std::string(value)});
  }
  return pods;
}

/// The clusters that files of their own say to be such, other than one of surroundings alone.
std::vector<std::string> clusters_of_files(const Inputs& inputs) {
  std::vector<std::string> names;
  for (const Cluster& each : inputs.clusters())
    if (!each.variants().empty()) names.push_back(base::quoted(each.name()));
  return names;
}

/// The changes from one cluster to another one.
std::vector<ClusterChanges> one_pair(const Cluster& was, const Cluster& is) {
  auto changes =
      policy::verdict_changes(cluster_state(was), cluster_state(is), policy::ImaginedPods::lonely);
  std::vector<ClusterChanges> result;
  if (!changes.empty()) result.push_back({"", std::move(changes)});
  return result;
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
    auto changes = policy::verdict_changes(old, now, policy::ImaginedPods::lonely);
    if (pairs.size() > 1)
      for (const Cluster* each : {was, is})
        if (each != nullptr) each->forget_rules();
    if (!changes.empty())
      result.push_back({pairs.size() > 1 ? (is != nullptr ? is : was)->name() : std::string(),
                        std::move(changes)});
  }
  return result;
}

base::Result<std::vector<ClusterChanges>> verdict_changes_of_clusters(const Inputs& before,
                                                                      const std::string& old_name,
                                                                      const Inputs& after,
                                                                      const std::string& new_name) {
  const auto was = before.cluster(old_name);
  if (!was) return tl::unexpected(was.error());
  const auto is = after.cluster(new_name);
  if (!is) return tl::unexpected(is.error());
  return one_pair(**was, **is);
}

base::Result<std::vector<ClusterChanges>> verdict_changes_of_running(
    Inputs& before, Inputs& after, const std::string& name, std::vector<std::string>& notes) {
  std::array<const Cluster*, 2> pair{};
  for (const std::size_t side : {0, 1}) {
    Inputs& inputs = side == 0 ? before : after;
    const bool several = inputs.clusters().size() > 1;
    const Cluster* const found = several ? named(inputs, name) : &inputs.clusters().front();
    if (found == nullptr || (several && found->variants().empty()))
      return base::fail(
          base::Error::Kind::usage,
          "the files are of several clusters: " + base::joined(clusters_of_files(inputs), ", ") +
              "; say which one of them runs with --cluster NAME");
    const FolderNames folders = name_folders(*found, pods_of(*found));
    for (std::string& sentence : unknown_folders(folders)) notes.push_back(std::move(sentence));
    pair.at(side) = &inputs.named(*found, folders);
  }
  return one_pair(*pair[0], *pair[1]);
}

}  // namespace cnplint::project
