// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::services_with_ports {
namespace {

constexpr policy::Release kFirstWithBoth{17};

void check(const PolicyContext& context, Report& report) {
  if (context.environment.cilium >= kFirstWithBoth) return;
  each_checked_item(context, [&](const RuleItem& item) {
    const policy::Peers* services = item.peers_of(PeerKind::services);
    if (services != nullptr && services->list.has_children() && item.to_ports.has_children())
      report.reject(services->list, kCilium,
                    "Cilium 1.16 does not allow `toServices` beside `toPorts`, 1.17 does");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "services-with-ports",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "toServices beside toPorts on Cilium 1.16",
    .why = R"(Cilium 1.16 refuses the combination; 1.17 allows it.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices: [{k8sService: {serviceName: billing, namespace: shop}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: billing}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                {},
                R"(cilium: "1.16"
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::services_with_ports
