// SPDX-License-Identifier: Apache-2.0
#include "rules/traffic.h"

namespace cnplint::rules::drift {
namespace {

void check(const lint::ClusterContext& context, Report& report) {
  if (context.traffic == nullptr) return;
  const coverage::ObservedTraffic& observed = context.traffic->observed;
  for (const coverage::ConnectionCoverage& each : context.traffic->report.connections) {
    const coverage::ObservedConnection& seen = observed.connections[each.observed];
    const bool uncovered = seen.passed > 0 && each.coverage == coverage::Coverage::denied;
    for (const coverage::DriftReason& reason : each.drift) {
      // That it passed and would be denied is a finding of its own already.
      if (uncovered && !each.side(reason.direction).passes()) continue;
      add_at_decision(report, context, each, reason.direction,
                      quoted(coverage::described(seen, observed)) + " " +
                          std::string(policy::direction_name(reason.direction)) + ": " +
                          reason.message);
    }
  }
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
    .check_cluster = check,
};

}  // namespace cnplint::rules::drift
