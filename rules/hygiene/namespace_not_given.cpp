// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::namespace_not_given {
namespace {

void check(const PolicyContext& context, Report& report) {
  const std::string_view ns = context.policy.effective_namespace();
  if (!context.policy.ns.empty() || !policy::is_folder_namespace(ns)) return;
  const NodeRef metadata = context.policy.root.get("metadata");
  report
      .add(metadata ? metadata : context.policy.root,
           "nothing gives a namespace: it is judged in one of its folder's own, " + quoted(ns))
      .fix.title =
      "say it under `namespaces` of .cnplint.yaml, or `namespace` of a kustomization.yaml";
}

}  // namespace

CNPLINT_RULE{
    .name = "namespace-not-given",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary =
        "policies whose namespace neither they nor a kustomization, Flux, Argo CD or the "
        "configuration give",
    .why =
        R"(Where a policy has no `metadata.namespace`, whoever applies it decides: `kubectl -n`, Flux, Argo CD.
Their objects are read where the whole repository is asked about. Until the namespace is known, the
policies of a folder are judged as those of one namespace that nobody else is in: policies of other folders
neither allow nor deny anything there. `namespaces` of the configuration says where they
will be. One note speaks for all of a folder.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "7070", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "7070", protocol: TCP}]}]
)"},
    .once_per_folder = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::namespace_not_given
