// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::icmps_beside_ports {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_item(context, [&](const RuleItem& item) {
    if (item.icmps.has_children() && item.to_ports.has_children())
      mend(
          report.reject(item.icmps, kCilium, "`icmps` and `toPorts` cannot stand in one rule item"),
          context.policy, "split the item in two", split_item(item.node, item.icmps, {"toPorts"}));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "icmps-beside-ports",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "icmps and toPorts in one rule item",
    .why = R"(An item is about ports or about ICMP. Split it: several items are alternatives.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: EchoRequest, family: IPv4}]}]
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
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: EchoRequest, family: IPv4}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels:
        app: frontend
    icmps:
    - fields:
      - type: EchoRequest
        family: IPv4
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::icmps_beside_ports
