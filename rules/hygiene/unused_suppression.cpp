// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.h"

namespace cnplint::rules::unused_suppression {

CNPLINT_RULE{
    .name = "unused-suppression",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a suppression that suppresses nothing",
    .why =
        R"(The finding it was written for is gone, or it stands in the wrong place. Left there it would hide the
next one. Remove it. A comment holds for its line, or for what starts on the line below it.)",
    .example = {R"(apiVersion: cilium.io/v2
# cnplint: allow world-ingress -- the shop is public
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
};

}  // namespace cnplint::rules::unused_suppression
