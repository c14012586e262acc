// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.h"

namespace cnplint::rules::malformed_suppression {

CNPLINT_RULE{
    .name = "malformed-suppression",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a comment or annotation that begins like a suppression and is none",
    .why =
        R"(It suppresses nothing. Write `# cnplint: allow RULE[, RULE] [until YYYY-MM-DD] [-- reason]`, or the same
without `# cnplint: allow` in the annotation `cnplint.io/allow`, several separated by semicolons. With
`requireReason: true` in the configuration a suppression without a reason is malformed, too.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  # cnplint: ignore world-ingress
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  # cnplint: allow world-ingress -- the shop is public
  - fromEntities: [world]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
};

}  // namespace cnplint::rules::malformed_suppression
