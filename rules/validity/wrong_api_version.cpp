// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::wrong_api_version {
namespace {

void check(const PolicyContext& context, Report& report) {
  const NodeRef written = context.policy.heading.get("apiVersion");
  const std::string_view in_force = context.policy.api_version;
  const std::string_view served = policy::api_version(context.policy.kind);
  const std::string kind(policy::kind_name(context.policy.kind));
  if (in_force.empty() && !written)
    repair(report.reject(context.policy.root, kApiServer,
                         "`apiVersion` is missing, " + kind + " is served by " + quoted(served)),
           "write `apiVersion: " + std::string(served) + "`",
           {policy::add_entry(context.policy.heading, "apiVersion",
                              policy::Value::text(std::string(served)))});
  else if (in_force != served)
    repair(
        report.reject(written ? written : context.policy.root, kApiServer,
                      quoted(in_force) + " does not serve " + kind + ", write " + quoted(served)),
        "write " + quoted(served),
        written ? policy::Changes{policy::set_text(written, std::string(served))}
                : policy::Changes());
}

}  // namespace

CNPLINT_RULE{
    .name = "wrong-api-version",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy with an apiVersion that does not serve its kind",
    .why =
        R"(The API server refuses the object. CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy are
served by `cilium.io/v2` only, NetworkPolicy by `networking.k8s.io/v1`, EgressFirewall by
`k8s.ovn.org/v1`, EgressNetworkPolicy by `network.openshift.io/v1`.)",
    .example = {R"(apiVersion: cilium.io/v1
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
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
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::wrong_api_version
