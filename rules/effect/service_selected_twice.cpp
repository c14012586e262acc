// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::service_selected_twice {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    const policy::Peers* services = item.peers_of(PeerKind::services);
    if (services == nullptr) return;
    for (const NodeRef service : services->list.items()) {
      const NodeRef name = service.get("k8sService");
      if (!policy::is_stored(name) || !policy::is_stored(service.get("k8sServiceSelector")))
        continue;
      report
          .add(name,
               "beside `k8sServiceSelector`, `k8sService` has no effect: the Service that it "
               "names is not allowed")
          .fix = lint::unsafe_fix("make two items of `toServices`: opens the Service that it names",
                                  split_item(service, name, {"k8sServiceSelector"}));
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "service-selected-twice",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "k8sService and k8sServiceSelector in one item",
    .why =
        R"(Of an item of `toServices` that has both, Cilium takes the selector and does not look at the name. Write an
item for each.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices:
    - k8sService: {serviceName: billing, namespace: shop}
      k8sServiceSelector: {selector: {matchLabels: {tier: backend}}, namespace: shop}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices:
    - k8sService: {serviceName: billing, namespace: shop}
    - k8sServiceSelector: {selector: {matchLabels: {tier: backend}}, namespace: shop}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices:
    - k8sService:
        serviceName: billing
        namespace: shop
    - k8sServiceSelector: {selector: {matchLabels: {tier: backend}}, namespace: shop}
)"},
    .facts = "P505 A5.4",
    .check_policy = check,
};

}  // namespace cnplint::rules::service_selected_twice
