// SPDX-License-Identifier: Apache-2.0
#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::l7_on_port_zero {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    if (!l7_kinds(rule, context.environment.cilium).any()) return;
    for (const NodeRef entry : rule.ports) {
      const std::string_view port = string_of(entry.get("port"));
      if (!policy::is_port_name(port) && policy::port_number(port) == 0)
        report.reject(entry.get("port"), kCilium,
                      "L7 rules do not work on port 0, which is every port");
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "l7-on-port-zero",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "L7 rules on port 0",
    .why = R"(Port 0 is every port, and L7 rules need to know which.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "0", protocol: TCP}]
      rules: {http: [{method: GET}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET}]}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::l7_on_port_zero
