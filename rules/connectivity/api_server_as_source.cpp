// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::api_server_as_source {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    const policy::Peers* entities = item.peers_of(PeerKind::entities);
    if (item.direction != Direction::ingress || entities == nullptr) return;
    for (const NodeRef entity : entities->list.items())
      if (entity.text() == "kube-apiserver")
        report
            .add(entity,
                 "on many managed clusters the API server does not come from the addresses that "
                 "Cilium knows as `kube-apiserver`")
            .strict = true;
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "api-server-as-source",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "ingress from the API server by its entity",
    .why =
        R"(`kube-apiserver` is the addresses behind the Service `kubernetes`. Webhooks are called from others on many managed clusters
(AKS, EKS, GKE, konnectivity), where such a rule admits nobody; on clusters whose API server runs on a node the caller is that
node, too (`host`, `remote-node`). Right where you have seen it work.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)"},
    .facts = "P304",
    .profile = lint::Profile::strict,
    .check_policy = check,
};

}  // namespace cnplint::rules::api_server_as_source
