// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::duplicate_key {
namespace {

void check(const PolicyContext& context, Report& report) {
  for (const policy::DuplicateKey& each : policy::duplicate_keys(context.policy.root))
    report.reject(each.key, kApiServer, "key " + quoted(each.key.text()) + " is written twice")
        .notes.push_back({each.first.range(), "first written here"});
}

}  // namespace

CNPLINT_RULE{
    .name = "duplicate-key",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a key that is written twice in one mapping",
    .why =
        R"(Which of the two counts depends on the reader: kubectl silently takes the last one, strict
readers refuse the document. The rules under the other key are not there. Merge the two.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
  ingress:
  - fromEndpoints: [{matchLabels: {app: checkout}}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
  - fromEndpoints: [{matchLabels: {app: checkout}}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::duplicate_key
