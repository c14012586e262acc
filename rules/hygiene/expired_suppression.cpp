// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.h"

namespace cnplint::rules::expired_suppression {

CNPLINT_RULE{
    .name = "expired-suppression",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a suppression whose last day is over",
    .why = R"(The finding is reported again. Mend it, or decide anew and write a later day.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  # cnplint: allow world-ingress until 2020-01-31 -- until the gateway is there
  - fromEntities: [world]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  # cnplint: allow world-ingress until 2999-12-31 -- until the gateway is there
  - fromEntities: [world]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
};

}  // namespace cnplint::rules::expired_suppression
