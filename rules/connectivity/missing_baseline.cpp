// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "rules/traffic.h"

namespace cnplint::rules::missing_baseline {
namespace {

void check(const lint::ClusterContext& context, Report& report) {
  if (context.traffic == nullptr) return;
  const auto& workloads = context.traffic->report.workloads;
  for (const lint::MissingPolicy& each : context.traffic->remedies.policies) {
    const auto workload =
        std::ranges::find(workloads, each.workload, &coverage::WorkloadCoverage::name);
    lint::Finding& finding =
        add_at_manifest(report, workload == workloads.end() ? nullptr : workload->manifest,
                        "no policy selects " + quoted(each.workload) + ", which the capture has");
    finding.fix.title = "look at what it was seen to do, and write " + each.yaml;
    for (const std::string& line : each.evidence) finding.notes.push_back({{}, line});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "missing-baseline",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::needs_capture,
    .since = "0.1",
    .summary = "a workload of the capture that no policy selects",
    .why =
        R"(Whatever this workload does passes, and whoever wants to reaches it. The fix is the policy that allows what the
capture has of it and denies the rest; `cnplint synth` writes it with comments, for this workload and for
all others. A capture shows what happened, not what should: read it before you apply it.)",
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
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - {}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
  - toEndpoints: [{matchLabels: {k8s-app: kube-dns, k8s:io.kubernetes.pod.namespace: kube-system}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}]}]
)",
         .flows =
             R"({"flow":{"time":"2026-03-02T08:00:00Z","verdict":"FORWARDED","l4":{"TCP":{"source_port":40000,"destination_port":5432}},"source":{"namespace":"shop","labels":["k8s:app=cart","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]},"destination":{"namespace":"shop","labels":["k8s:app=db","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]},"event_type":{"type":5},"traffic_direction":"EGRESS","is_reply":false}}
)"},
    .check_cluster = check,
};

}  // namespace cnplint::rules::missing_baseline
