// SPDX-License-Identifier: Apache-2.0
#include "rules/http.h"

namespace cnplint::rules::header_mismatch_allows {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_http_rule(context.policy, [&](NodeRef http) {
    for (const NodeRef entry : http.get("headerMatches").items()) {
      const NodeRef mismatch = entry.get("mismatch");
      if (!is_known_text(mismatch)) continue;
      report
          .add(mismatch, "`mismatch: " + std::string(mismatch.text()) +
                             "` filters nothing: requests with another value are allowed as well")
          .fix.title = "take `mismatch` out where only this value is to be allowed";
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "header-mismatch-allows",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a header match that only logs or edits",
    .why =
        R"(An entry of `headerMatches` with `mismatch` never keeps a request out: LOG notes that the value is another one, and
ADD, DELETE and REPLACE change the header on its way. Without `mismatch` a request that lacks the value does not match the
rule. Legitimate wherever headers are to be edited or watched.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, headerMatches: [{name: X-Tenant, value: blue, mismatch: LOG}]}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, headerMatches: [{name: X-Tenant, value: blue}]}]}
)"},
    .facts = "P719 A7.1",
    .check_policy = check,
};

}  // namespace cnplint::rules::header_mismatch_allows
