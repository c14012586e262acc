// SPDX-License-Identifier: Apache-2.0
#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::l7_rules_on_port_range {
namespace {

void check(const PolicyContext& context, Report& report) {
  constexpr policy::Release kSince{17};
  if (context.environment.cilium >= kSince) return;
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    if (!l7_kinds(rule, context.environment.cilium).other_than_dns()) return;
    for (const NodeRef port : rule.ports) {
      const policy::PortRange range = policy::read_port(port);
      if (range.last <= range.first) continue;
      report.add(port.get("endPort"), "L7 rules on a range of ports: Cilium has them since 1.17")
          .fix.title = "write the ports one by one";
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "l7-rules-on-port-range",
    .family = lint::Family::upgrade,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "L7 rules on a range of ports before Cilium 1.17",
    .why =
        R"(Up to Cilium 1.16 a port with L7 rules stands for itself, whatever `endPort` says: the rest of the range is not what
the policy says it is. Since 1.17 L7 rules other than DNS hold for ranges, too.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", endPort: 8090, protocol: TCP}]
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
    - ports: [{port: "8080", protocol: TCP}, {port: "8081", protocol: TCP}]
      rules: {http: [{method: GET}]}
)",
                {},
                "cilium: \"1.16\"\n"},
    .facts = "P708",
    .check_policy = check,
};

}  // namespace cnplint::rules::l7_rules_on_port_range
