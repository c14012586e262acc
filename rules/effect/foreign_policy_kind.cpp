// SPDX-License-Identifier: Apache-2.0
#include "policy/model/other_policy.h"

#include <string>

#include "rules/each.h"

namespace cnplint::rules::foreign_policy_kind {
namespace {

void check(const lint::DocumentContext& context, Report& report) {
  if (context.document.error() || policy::is_template(context.document)) return;
  for (const policy::Manifest& each : policy::manifests(context.document.root())) {
    const auto other = policy::other_policy(each);
    if (!other) continue;
    const NodeRef kind = (each.heading ? each.heading : each.root).get("kind");
    report.add(kind ? kind : each.root,
               quoted(each.kind) + " of " + quoted(each.api_version) +
                   " is not judged, no verdict here knows of it: " + other->why);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "foreign-policy-kind",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy of a kind that Cilium does not enforce, or that is not understood here",
    .why =
        R"(AdminNetworkPolicy, the policies of Calico and Antrea and those of service meshes decide about the
same connections, or have no effect at all in a cluster with Cilium. Nothing here takes them into
account: what `why`, `test` and `cover` say holds for the other policies alone.)",
    .example = {R"(apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: cart}
spec: {selector: app == 'cart', types: [Ingress]}
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
    .check_document = check,
};

}  // namespace cnplint::rules::foreign_policy_kind
