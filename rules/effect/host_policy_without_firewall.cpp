// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::host_policy_without_firewall {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (context.environment.host_firewall || !context.policy.clusterwide()) return;
  for (const policy::Spec& spec : context.policy.specs)
    if (spec.node_selector)
      report.add(
          spec.node_selector,
          "the policy is only enforced where the host firewall is on, which is off by default "
          "(environment.hostFirewall)");
}

}  // namespace

CNPLINT_RULE{
    .name = "host-policy-without-firewall",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "a policy for nodes where the host firewall is off",
    .why =
        R"(Without `enable-host-firewall`, which is off by default, Cilium takes policies with `nodeSelector` and never
enforces them. Where the cluster has it on, say so: `environment: {hostFirewall: true}`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  nodeSelector: {}
  ingress:
  - fromEntities: [cluster]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .once_per_folder = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::host_policy_without_firewall
