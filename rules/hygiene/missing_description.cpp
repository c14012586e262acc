// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "lint/config.h"
#include "rules/each.h"

namespace cnplint::rules::missing_description {
namespace {

constexpr std::string_view kUsual = "kubernetes.io/description";

/// Whether an annotation says what the policy is for.
bool is_annotated(const PolicyContext& context) {
  const NodeRef annotations = context.policy.root.get("metadata").get("annotations");
  const auto given = context.options.strings("annotations");
  return !annotations.get(kUsual).text().empty() ||
         std::ranges::any_of(
             given, [&](const std::string& name) { return !annotations.get(name).text().empty(); });
}

void check(const PolicyContext& context, Report& report) {
  if (is_annotated(context)) return;
  if (!policy::is_cilium(context.policy.kind)) {
    report.add(name_of(context.policy), "nothing says what this policy is for").fix.title =
        "add the annotation " + quoted(kUsual);
    return;
  }
  for (const policy::Spec& spec : context.policy.specs)
    if (string_of(spec.node.get("description")).empty())
      report.add(spec.node, "nothing says what this policy is for").fix.title =
          "add a `description`";
}

constexpr lint::Option kOptions[] = {
    {"annotations", "annotations that are a description, beside `kubernetes.io/description`"}};

}  // namespace

CNPLINT_RULE{
    .name = "missing-description",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy without a description",
    .why =
        R"(A policy says who may reach whom, and not why. `description` of a Cilium policy (or the annotation
`kubernetes.io/description`) tells whoever finds it in a year whether it may go. Comments in the file do not reach the
cluster.)",
    .example = {R"(apiVersion: cilium.io/v2
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
  description: The cart takes orders from the frontend.
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .options = kOptions,
    .profile = lint::Profile::all,
    .check_policy = check,
};

}  // namespace cnplint::rules::missing_description
