// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/violations.h"

namespace cnplint::rules::malformed_value {
namespace {

void check(const PolicyContext& context, Report& report) {
  using schemas::Keyword;
  report_violations(context, report,
                    {Keyword::pattern, Keyword::format, Keyword::min_length, Keyword::max_length});
}

}  // namespace

CNPLINT_RULE{
    .name = "malformed-value",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a text that does not have the form the schema asks for",
    .why =
        R"(The API server refuses the object: a pattern, a format (`cidr` wants an address and a prefix
length) or a length is not kept.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDR: [192.0.2.1]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDR: [192.0.2.1/32]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .structural = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::malformed_value
