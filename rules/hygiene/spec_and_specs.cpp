// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::spec_and_specs {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  const NodeRef specs = context.policy.root.get("specs");
  if (policy::is_stored(context.policy.root.get("spec")) && specs.has_children())
    report
        .add(specs,
             "`specs` stands beside `spec`: both hold, and one mistake in either rejects all")
        .fix.title = "put the one of `spec` among `specs`";
}

}  // namespace

CNPLINT_RULE{
    .name = "spec-and-specs",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy with `spec` and `specs`",
    .why =
        R"(Cilium takes both together: each of them selects and allows for itself. Readers mostly look at one of them only, and the
object is refused as a whole where one spec has a mistake.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
specs:
- endpointSelector: {matchLabels: {app: web}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P803",
    .check_policy = check,
};

}  // namespace cnplint::rules::spec_and_specs
