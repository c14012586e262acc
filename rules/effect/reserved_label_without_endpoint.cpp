// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "rules/selectors.h"

namespace cnplint::rules::reserved_label_without_endpoint {
namespace {

using policy::Condition;

/// What has no policy of its own as far as endpointSelector goes (A4.1, P209).
constexpr std::array<std::string_view, 7> kNoEndpoints{
    "host", "remote-node", "kube-apiserver", "world", "world-ipv4", "world-ipv6", "unmanaged"};

bool is_met_by_none(const Condition& condition) {
  if (condition.source != "reserved" || !is_positive(condition)) return false;
  return std::ranges::find(kNoEndpoints, condition.key) != kNoEndpoints.end();
}

void check(const PolicyContext& context, Report& report) {
  // In a policy of a namespace no reserved label is ever met, which another rule says.
  if (context.policy.kind != policy::PolicyKind::cilium_clusterwide_network_policy) return;
  for (const policy::Spec& spec : context.policy.specs)
    for (const Condition& each : policy::conditions(spec.endpoint_selector)) {
      if (!is_met_by_none(each)) continue;
      lint::Finding& finding =
          report.add(each.where, quoted("reserved:" + each.key) +
                                     " is no endpoint that an endpointSelector selects, the policy "
                                     "has no effect");
      if (each.key == "host")
        finding.fix.title = "write `nodeSelector` (the host firewall has to be on)";
      finding.node = spec.endpoint_selector;
      finding.claim = lint::Claim::selects_nothing;
    }
}

}  // namespace

CNPLINT_RULE{
    .name = "reserved-label-without-endpoint",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an endpointSelector asks for the host or for what is not in the cluster",
    .why =
        R"(An `endpointSelector` selects pods and the endpoints `health`, `ingress` and `init` of a node. The node
itself is only selected by `nodeSelector`, and other nodes, the API server and the world are no
endpoints here: a policy for them is taken and never in force. Write them as peers, and `nodeSelector`
for what protects nodes.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  endpointSelector: {matchLabels: {"reserved:host": ""}}
  ingress:
  - fromCIDR: [192.0.2.0/24]
    toPorts: [{ports: [{port: "22", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {matchLabels: {node-role.kubernetes.io/worker: ""}}
  ingress:
  - fromCIDR: [192.0.2.0/24]
    toPorts: [{ports: [{port: "22", protocol: TCP}]}]
)"},
    .facts = "P209 A4.1 N5",
    .check_policy = check,
};

}  // namespace cnplint::rules::reserved_label_without_endpoint
