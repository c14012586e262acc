// SPDX-License-Identifier: Apache-2.0
#include "policy/model/embedded.h"
#include "policy/model/policy_kind.h"
#include "rules/each.h"

namespace cnplint::rules::unread_policy {
namespace {

/// The object that holds the policy, in few words.
std::string named(const policy::Manifest& holder) {
  if (holder.kind.empty()) return "a document that is no manifest";
  const std::string_view name = string_of(holder.name());
  return std::string(holder.kind) + (name.empty() ? "" : "/" + std::string(name));
}

void check(const lint::DocumentContext& context, Report& report) {
  if (policy::is_template(context.document)) return;
  for (const policy::EmbeddedPolicy& each : policy::embedded_policies(context.document)) {
    // Of a text the place is its key: it may be many lines.
    const NodeRef key = each.where.key();
    const bool text = key && key.text() != "kind";
    report.add(text ? key : each.where, std::string(each.kind) + " inside " + named(each.holder) +
                                            ", skipped; render it first and lint the result");
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "unread-policy",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy in an object of a kind that is not known to hold any, which is skipped",
    .why =
        R"(Policies in Lists, OpenShift Templates, Kyverno's `generate`, values of charts and such places are found
and checked. An object of another kind may hold policies as well: as an example, as a template, as
what an operator makes of it. What becomes of them only its controller knows, so nothing is said of
them; one note for each object says that they are there. Render what can be rendered, or write the
policy as a manifest, and lint that. References to policies, patches and match lists are no
policies.)",
    .example = {R"(apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: {name: shop}
spec:
  resources:
  - id: policy
    template:
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: cart, namespace: shop}
      spec:
        endpointSelector: {matchLabels: {app: cart}}
        ingress: [{fromEndpoints: [{matchLabels: {app: frontend}}]}]
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

}  // namespace cnplint::rules::unread_policy
