// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::l7_in_host_policy {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem& item, const policy::PortRule& rule) {
    const L7Kinds kinds = l7_kinds(rule, context.environment.cilium);
    const bool refused =
        item.direction == Direction::ingress ? kinds.any() : kinds.http || kinds.kafka;
    if (item.host && refused)
      report.reject(rule.rules, kCilium,
                    "L7 rules are not possible in a policy with `nodeSelector`" +
                        std::string(item.direction == Direction::egress ? ", except for DNS" : ""));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "l7-in-host-policy",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "L7 rules in a policy for nodes",
    .why =
        R"(The host firewall works on packets: a policy with `nodeSelector` takes no L7 rules on ingress, and
on egress only DNS rules.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  nodeSelector: {}
  ingress:
  - fromEntities: [cluster]
    toPorts:
    - ports: [{port: "9100", protocol: TCP}]
      rules: {http: [{path: /metrics}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  nodeSelector: {}
  ingress:
  - fromEntities: [cluster]
    toPorts: [{ports: [{port: "9100", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::l7_in_host_policy
