// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::too_many_ports {
namespace {

constexpr std::size_t kMost = 40;

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    if (rule.ports.size() > kMost)
      mend(report.reject(
               rule.node.get("ports"), kCilium,
               std::to_string(rule.ports.size()) + " ports in one entry, at most 40 are allowed"),
           context.policy,
           "put the others into a further entry of `toPorts`, or write a range with `endPort`",
           split_entry(rule.node.get("ports"), kMost));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "too-many-ports",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "more than 40 ports in one entry of toPorts",
    .why =
        R"(Cilium takes at most 40 ports in one entry. Put the others into a further entry of the same
`toPorts`, or write a range with `endPort`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "9000"}, {port: "9002"}, {port: "9004"}, {port: "9006"}, {port: "9008"}, {port: "9010"}, {port: "9012"}, {port: "9014"}, {port: "9016"}, {port: "9018"}, {port: "9020"}, {port: "9022"}, {port: "9024"}, {port: "9026"}, {port: "9028"}, {port: "9030"}, {port: "9032"}, {port: "9034"}, {port: "9036"}, {port: "9038"}, {port: "9040"}, {port: "9042"}, {port: "9044"}, {port: "9046"}, {port: "9048"}, {port: "9050"}, {port: "9052"}, {port: "9054"}, {port: "9056"}, {port: "9058"}, {port: "9060"}, {port: "9062"}, {port: "9064"}, {port: "9066"}, {port: "9068"}, {port: "9070"}, {port: "9072"}, {port: "9074"}, {port: "9076"}, {port: "9078"}, {port: "9080"}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "9000", endPort: 9080, protocol: TCP}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports:
      - port: "9000"
      - port: "9002"
      - port: "9004"
      - port: "9006"
      - port: "9008"
      - port: "9010"
      - port: "9012"
      - port: "9014"
      - port: "9016"
      - port: "9018"
      - port: "9020"
      - port: "9022"
      - port: "9024"
      - port: "9026"
      - port: "9028"
      - port: "9030"
      - port: "9032"
      - port: "9034"
      - port: "9036"
      - port: "9038"
      - port: "9040"
      - port: "9042"
      - port: "9044"
      - port: "9046"
      - port: "9048"
      - port: "9050"
      - port: "9052"
      - port: "9054"
      - port: "9056"
      - port: "9058"
      - port: "9060"
      - port: "9062"
      - port: "9064"
      - port: "9066"
      - port: "9068"
      - port: "9070"
      - port: "9072"
      - port: "9074"
      - port: "9076"
      - port: "9078"
    - ports: [{port: "9080"}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::too_many_ports
