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

policy::KnownState known_state(const Cluster& cluster) {
  return {cluster_state(cluster), &cluster.inventory()};
}

/// Adds the changes from one cluster to another one, if there are any.
void add_changes(std::string name, policy::KnownState was, const policy::KnownState& is,
                 const ForbiddenList& forbidden, std::vector<ClusterChanges>& result,
                 bool is_new = false) {
  ClusterChanges changes;
  changes.cluster = std::move(name);
  changes.changes = policy::verdict_changes(was.state, is.state, policy::ImaginedPods::lonely);
  // Nothing passed in a cluster that was not there.
  if (is_new) was.state.pods.clear();
  changes.forbidden = policy::forbidden_openings(was, is, forbidden);
  if (!changes.changes.empty() || !changes.forbidden.empty()) result.push_back(std::move(changes));
}

}  // namespace

std::vector<std::string> idle_forbidden(const Inputs& inputs, const ForbiddenList& forbidden) {
  std::vector<std::string> sentences;
  // Policies alone say nothing of who is there.
  if (std::ranges::all_of(inputs.clusters(),
                          [](const Cluster& each) { return each.inventory().workloads.empty(); }))
    return sentences;
  for (const policy::Forbidden& each : forbidden)
    for (const auto& [field, selector] :
         {std::pair("from", &each.from), std::pair("to", &each.to)}) {
      const bool any =
          std::ranges::any_of(inputs.clusters(), [selected = selector](const Cluster& cluster) {
            return policy::selects_somebody(*selected, cluster.inventory(), cluster.environment());
          });
      if (!any)
        sentences.push_back(each.place + ": `" + field +
                            "` selects no workload and no entity of the input");
    }
  return sentences;
}

std::vector<ClusterChanges> verdict_changes(const Inputs& before, const Inputs& after,
                                            const ForbiddenList& forbidden) {
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
    policy::KnownState old = known_state(was != nullptr ? *was : *is);
    policy::KnownState now = known_state(is != nullptr ? *is : *was);
    if (was == nullptr) old.state = without_policies(now.state);
    if (is == nullptr) now.state = without_policies(old.state);
    add_changes(pairs.size() > 1 ? (is != nullptr ? is : was)->name() : std::string(), old, now,
                forbidden, result, was == nullptr);
    if (pairs.size() > 1)
      for (const Cluster* each : {was, is})
        if (each != nullptr) each->forget_rules();
  }
  return result;
}

base::Result<std::vector<ClusterChanges>> verdict_changes_of_clusters(
    const Inputs& before, const std::string& old_name, const Inputs& after,
    const std::string& new_name, const ForbiddenList& forbidden) {
  const auto was = before.cluster(old_name);
  if (!was) return tl::unexpected(was.error());
  const auto is = after.cluster(new_name);
  if (!is) return tl::unexpected(is.error());
  std::vector<ClusterChanges> result;
  add_changes("", known_state(**was), known_state(**is), forbidden, result);
  return result;
}

base::Result<std::vector<ClusterChanges>> verdict_changes_of_running(
    Inputs& before, Inputs& after, const std::string& name, const ForbiddenList& forbidden,
    std::vector<std::string>& notes) {
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
  std::vector<ClusterChanges> result;
  add_changes("", known_state(*pair[0]), known_state(*pair[1]), forbidden, result);
  return result;
}

}  // namespace cnplint::project
