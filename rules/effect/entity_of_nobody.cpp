// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "rules/each.h"

namespace cnplint::rules::entity_of_nobody {
namespace {

using namespace std::string_view_literals;

/// Entities that hardly any rule means, and what they are.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kRare{{
    {"none"sv, "nobody"sv},
    {"init"sv, "pods in the moment before Cilium knows their labels"sv},
    {"unmanaged"sv,
     "pods that Cilium does not manage, such as those from before it was installed"sv},
    {"health"sv,
     "the endpoints by which Cilium checks its nodes, and no health check of Kubernetes"sv},
}};

/// Whether a list has nothing but such entities: beside others they make the list complete.
bool are_all_rare(NodeRef list) {
  const std::vector<NodeRef> all = list.items();
  return std::ranges::all_of(all, [](NodeRef entity) {
    return std::ranges::find(kRare, entity.text(), [](const auto& each) { return each.first; }) !=
           kRare.end();
  });
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    const policy::Peers* entities = item.peers_of(PeerKind::entities);
    if (item.deny || item.host || entities == nullptr || !are_all_rare(entities->list)) return;
    for (const NodeRef entity : entities->list.items())
      for (const auto& [name, meaning] : kRare)
        if (entity.text() == name && (name == "none" || !context.policy.clusterwide()))
          report.add(entity, quoted(name) + " is " + std::string(meaning));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "entity-of-nobody",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an entity that hardly any rule means",
    .why =
        R"(`none` is nobody, `init` and `unmanaged` are states that pods should not be in, and `health` is Cilium's own check of its nodes:
the probes of Kubernetes come from the node and are always let in. Such a peer was mostly meant to be something else.
In clusterwide policies, which may have to keep Cilium's own endpoints alive,
only `none` is reported.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [health]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P308",
    .check_policy = check,
};

}  // namespace cnplint::rules::entity_of_nobody
