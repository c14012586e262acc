// SPDX-License-Identifier: Apache-2.0
#include "project/kube_cluster.h"

#include <array>
#include <string_view>
#include <utility>

#include "policy/model/other_policy.h"
#include "policy/model/policy_kind.h"
#include "project/kube_objects.h"

namespace cnplint::project {
namespace {

using base::Error;

/// What policies are about. Makers stand before what they make, which then need not be kept.
constexpr std::array<std::string_view, 13> kAround{"namespaces",
                                                   "services",
                                                   "deployments.apps",
                                                   "statefulsets.apps",
                                                   "daemonsets.apps",
                                                   "cronjobs.batch",
                                                   "rollouts.argoproj.io",
                                                   "deploymentconfigs.apps.openshift.io",
                                                   "jobs.batch",
                                                   "replicasets.apps",
                                                   "replicationcontrollers",
                                                   "pods",
                                                   "ciliumcidrgroups.cilium.io"};

std::string full_name(std::string_view kind, std::string_view group) {
  return policy::resource_name(kind) + "." + std::string(group);
}

/// All that is looked for, in the order in which it is asked for.
std::vector<std::string> wanted_resources() {
  std::vector<std::string> names(kAround.begin(), kAround.end());
  for (const policy::KindFacts& each : policy::kPolicyKinds)
    names.push_back(full_name(each.name, policy::group_of(each.api_version)));
  for (const policy::OtherPolicyKind& each : policy::other_policy_kinds())
    names.push_back(full_name(each.kind, each.group));
  return names;
}

base::Error not_understood(const std::string& input) {
  return {Error::Kind::unreadable,
          input +
              ": kubectl prints no list of objects in JSON; see what `kubectl get namespaces -o "
              "json` prints with this context",
          {}};
}

}  // namespace

base::Result<std::vector<InMemory>> read_kube_cluster(const std::string& input,
                                                      KubectlLimits limits) {
  const Kubectl kubectl(input, limits);
  const auto served = kubectl.resources();
  if (!served) return tl::unexpected(served.error());
  std::vector<std::string> resources;
  for (std::string& each : wanted_resources())
    if (served->contains(each)) resources.push_back(std::move(each));
  if (!served->contains("pods") || !served->contains("namespaces"))
    return base::fail(Error::Kind::unreadable,
                      input +
                          ": kubectl lists no `pods` or `namespaces` among the resources of the "
                          "cluster; see what `kubectl api-resources` prints with this context");
  KubeObjects objects(input);
  bool understood = true;
  JsonItems items(
      [&](std::string item) { understood = objects.add(std::move(item)) && understood; });
  const auto listed = kubectl.list(resources, [&](std::string_view piece) { items.feed(piece); });
  if (!listed) return tl::unexpected(listed.error());
  if (!understood || !items.is_whole()) return tl::unexpected(not_understood(input));
  auto config = kubectl.object("configmaps", "kube-system", "cilium-config");
  if (!config) return tl::unexpected(config.error());
  if (!config->empty() && !objects.add(std::move(*config)))
    return tl::unexpected(not_understood(input));
  return objects.take();
}

}  // namespace cnplint::project
