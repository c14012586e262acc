// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/violations.h"

namespace cnplint::rules::repeated_item {
namespace {

void check(const PolicyContext& context, Report& report) {
  report_violations(context, report, {schemas::Keyword::duplicate});
}

}  // namespace

CNPLINT_RULE{
    .name = "repeated-item",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an item that a list may hold once and holds twice",
    .why =
        R"(The API server refuses the object: the list is a set (`serverNames` since Cilium 1.18) or is
keyed by a field of its items.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toFQDNs: [{matchName: api.example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [api.example.com, api.example.com]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [world]
    toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [api.example.com]}]
)"},
    .structural = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::repeated_item
