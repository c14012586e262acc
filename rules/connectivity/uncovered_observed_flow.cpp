// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "lint/report.h"
#include "lint/rule.h"
#include "lint/traffic.h"

namespace cnplint::rules::uncovered_observed_flow {
namespace {

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  if (context.traffic == nullptr) return;
  for (const lint::UncoveredFlow& flow : context.traffic->uncovered) {
    lint::Finding* finding = report.add(
        flow.place, "`" + flow.connection + "` was seen and would be denied: " + flow.direction +
                        ", " + flow.reason);
    if (finding == nullptr) continue;
    finding->notes.push_back({{}, base::counted(flow.flows, "flow") + " in the capture"});
    if (!flow.rule.empty())
      finding->fix = "where it is wanted, add to `" + flow.direction + "`: - " + flow.rule;
    for (const std::string& name : flow.names)
      finding->notes.push_back({{}, "the address was asked for as " + name});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "uncovered-observed-flow",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_capture,
    .since = "0.1",
    .summary = "an observed connection that the policies would refuse",
    .why =
        R"(The capture has this connection, and it passed. With these policies it would not: merged as they are, they break
what runs today. Allow it where it is wanted. Where it is not, this finding is the proof that the policies work;
suppress it with that reason.

A capture shows what happened, not what should: look at the connection before you allow it.)",
    .example =
        {.bad = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "5433", protocol: TCP}]}]
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

}  // namespace cnplint::rules::uncovered_observed_flow
