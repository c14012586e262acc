// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "lint/report.h"
#include "lint/rule.h"
#include "lint/traffic.h"

namespace cnplint::rules::narrowable_rule {
namespace {

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  if (context.traffic == nullptr) return;
  for (const lint::NarrowableRule& rule : context.traffic->narrowable) {
    const std::string unused = base::joined(rule.unused, ", ");
    lint::Finding* finding =
        report.add(rule.place, unused.empty() ? "more than the traffic needs"
                                              : "never used while the rule is: " + unused);
    if (finding == nullptr) continue;
    for (const std::string& each : rule.narrower) finding->notes.push_back({{}, each});
    if (!rule.yaml.empty()) finding->notes.push_back({{}, "the narrower rule: " + rule.yaml});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "narrowable-rule",
    .family = lint::Family::exposure,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::needs_capture,
    .since = "0.1",
    .summary = "a rule of which only some peers or ports carry traffic",
    .why =
        R"(The peers and ports named here were never used while others of the same rule were. Least privilege asks for the
narrower rule; the capture decides whether that is safe, so look at how long it is.)",
    .example =
        {.bad = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts:
    - ports:
      - {port: "5432", protocol: TCP}
      - {port: "5433", protocol: TCP}
)",
         .good = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)",
         .flows =
             R"({"flow":{"time":"2026-03-02T08:00:00Z","verdict":"FORWARDED","l4":{"TCP":{"source_port":40000,"destination_port":5432}},"source":{"namespace":"shop","labels":["k8s:app=cart","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]},"destination":{"namespace":"shop","labels":["k8s:app=db","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]},"event_type":{"type":5},"traffic_direction":"INGRESS","is_reply":false}}
)"},
    .check_repository = check,
};

}  // namespace cnplint::rules::narrowable_rule
