// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::pending_review {
namespace {

constexpr std::string_view kStatus = "cnplint.io/status";

void check(const PolicyContext& context, Report& report) {
  const NodeRef metadata = context.policy.root.get("metadata");
  for (const char* list : {"annotations", "labels"}) {
    const NodeRef status = metadata.get(list).get(kStatus);
    if (status.text() == "pending-review" || status.text() == "proposed")
      report
          .add(status,
               "nobody has reviewed this policy yet: its status is " + quoted(status.text()))
          .fix.title = "read it against what the workload has to do, then take the annotation out";
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "pending-review",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a synthesised policy that nobody has reviewed",
    .why =
        R"(`cnplint synth --pending-review` marks what it writes, and what it only proposes (a namespace drafted from another one) is
marked `proposed`. A capture shows what happened, not what should: somebody has to read such a policy before it is merged.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
  annotations:
    cnplint.io/status: pending-review
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::pending_review
