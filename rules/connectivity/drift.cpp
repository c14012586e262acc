// SPDX-License-Identifier: Apache-2.0
#include "lint/report.h"
#include "lint/rule.h"
#include "lint/traffic.h"

namespace cnplint::rules::drift {
namespace {

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  if (context.traffic == nullptr) return;
  for (const lint::DriftingFlow& flow : context.traffic->drifting)
    report.add(flow.place, "`" + flow.connection + "` " + flow.direction + ": " + flow.message);
}

}  // namespace

CNPLINT_RULE{
    .name = "drift",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_capture,
    .since = "0.1",
    .summary = "a connection that the cluster decides otherwise than these policies",
    .why =
        R"(Hubble says what policy decided in the cluster, and by which policies. Here they decide otherwise: what runs is not
what stands in the repository. Somebody changed policies by hand, a release was not rolled out, or the capture is of
another cluster or older than the policies.)",
    .example =
        {.bad = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)",
         .good = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "5433", protocol: TCP}]}]
)",
         .flows =
             R"({"flow":{"time":"2026-03-02T08:00:00Z","verdict":"DROPPED","drop_reason_desc":"POLICY_DENIED","l4":{"TCP":{"source_port":40000,"destination_port":5432}},"source":{"namespace":"shop","labels":["k8s:app=cart","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]},"destination":{"namespace":"shop","labels":["k8s:app=db","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]},"event_type":{"type":5},"traffic_direction":"INGRESS","is_reply":false}}
)"},
    .check_repository = check,
};

}  // namespace cnplint::rules::drift
