// SPDX-License-Identifier: Apache-2.0
#include "policy/model/port.h"
#include "rules/each.h"

namespace cnplint::rules::sctp_needs_enabling {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules)
      for (const NodeRef port : rule.ports)
        if (const NodeRef protocol = port.get("protocol"); protocol.text() == "SCTP")
          report.add(protocol, "Cilium handles SCTP only where `sctp.enabled` is set").strict =
              true;
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "sctp-needs-enabling",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a port of SCTP, which Cilium has to be told to handle",
    .why =
        R"(SCTP is off by default (`sctp.enabled` of the Helm chart). Without it Cilium drops SCTP packets, whatever policies say. Said
for strict reviewers only, since files do not tell how the cluster is set up.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "3868", protocol: SCTP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "3868", protocol: TCP}]}]
)"},
    .facts = "P714 D44",
    .profile = lint::Profile::strict,
    .check_policy = check,
};

}  // namespace cnplint::rules::sctp_needs_enabling
