// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "lint/report.h"
#include "lint/rule.h"
#include "lint/traffic.h"

namespace cnplint::rules::shadow_traffic {
namespace {

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  if (context.traffic == nullptr) return;
  for (const lint::ShadowTraffic& each : context.traffic->shadow) {
    lint::Finding* finding =
        report.add(each.place, "no policy restricts " + each.directions + " of `" + each.workload +
                                   "`: " + base::counted(each.connections, "observed connection") +
                                   " (" + base::counted(each.flows, "flow") + ") unchecked");
    if (finding == nullptr) continue;
    for (const std::string& example : each.examples) finding->notes.push_back({{}, example});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "shadow-traffic",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::needs_capture,
    .since = "0.1",
    .summary = "a workload whose traffic passes only because no policy selects it",
    .why =
        R"(Nothing is enforced for this workload in the direction named: every connection passes, those that were seen and all
others. A
first policy for it can be made from the capture.)",
    .example =
        {.bad = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cache, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cache}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "6379", protocol: TCP}]}]
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

}  // namespace cnplint::rules::shadow_traffic
