// SPDX-License-Identifier: Apache-2.0
#include "lint/inventory.h"

#include <algorithm>
#include <array>

namespace cnplint::lint {
namespace {

using policy::NodeRef;
using namespace std::string_view_literals;

constexpr std::array kWithTemplate{"Deployment"sv, "StatefulSet"sv, "DaemonSet"sv,
                                   "Job"sv,        "ReplicaSet"sv,  "ReplicationController"sv};
constexpr std::array kOthers{"Namespace"sv, "Service"sv, "CiliumCIDRGroup"sv};

/// The metadata of the pods that a manifest makes; none for other kinds.
NodeRef pod_metadata(NodeRef root, std::string_view kind) {
  if (kind == "Pod") return root.get("metadata");
  NodeRef spec = root.get("spec");
  if (kind == "CronJob")
    spec = spec.get("jobTemplate").get("spec");
  else if (std::ranges::find(kWithTemplate, kind) == kWithTemplate.end())
    return {};
  return spec.get("template").get("metadata");
}

}  // namespace

bool add_to_inventory(NodeRef root, Inventory& inventory) {
  const std::string_view kind = root.get("kind").text();
  if (std::ranges::find(kOthers, kind) != kOthers.end()) return true;
  const NodeRef pods = pod_metadata(root, kind);
  if (!pods) return false;
  const NodeRef metadata = root.get("metadata");
  Workload workload;
  workload.ns = metadata.get("namespace").text();
  if (workload.ns.empty()) workload.ns = "default";
  workload.subject = std::string(kind) + "/" + std::string(workload.ns) + "/" +
                     std::string(metadata.get("name").text());
  for (const policy::Entry& label : pods.get("labels").entries())
    workload.labels.emplace_back(label.key.text(), label.value.text());
  inventory.workloads.push_back(std::move(workload));
  return true;
}

}  // namespace cnplint::lint
