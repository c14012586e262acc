// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"
#include "rules/violations.h"

namespace cnplint::rules::repeated_item {
namespace {

void check(const PolicyContext& context, Report& report) {
  for (const schemas::Violation& violation : context.violations)
    if (violation.keyword == schemas::Keyword::duplicate) {
      // Of a list that is keyed by a field the items may differ otherwise.
      const bool same = violation.node.is_scalar();
      mend(report_violation(context, report, violation), context.policy, "take it out",
           same ? policy::Changes{policy::remove(violation.node)} : policy::Changes());
    }
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
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toFQDNs: [{matchName: api.example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [api.example.com]}]
)"},
    .structural = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::repeated_item
