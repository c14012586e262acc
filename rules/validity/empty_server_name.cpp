// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::empty_server_name {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem& item, const policy::PortRule& rule) {
    if (item.deny) return;
    for (const NodeRef name : rule.node.get("serverNames").items())
      if (name.is_scalar() && string_of(name).empty())
        report.reject(name, kCilium, "an empty name in `serverNames`");
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-server-name",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an empty name in serverNames",
    .why =
        R"(An empty name matches nothing and is refused. Leave `serverNames` out to allow every name.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      serverNames: [""]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      serverNames: [api.example.com]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_server_name
