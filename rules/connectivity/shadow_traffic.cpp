// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "base/text.h"
#include "rules/traffic.h"

namespace cnplint::rules::shadow_traffic {
namespace {

/// What of a workload's traffic passes only because no policy selects it.
struct Shadow {
  std::uint64_t connections = 0;
  std::uint64_t flows = 0;
  std::array<bool, 2> open{};  ///< by Direction: the workload's own side is not enforced
  std::vector<std::string> examples;

  [[nodiscard]] std::string directions() const {
    std::string text;
    for (const Direction direction : {Direction::ingress, Direction::egress})
      if (open[static_cast<std::size_t>(direction)])
        text += (text.empty() ? "" : " and ") + std::string(policy::direction_name(direction));
    return text;
  }
};

Shadow shadow_of(const coverage::WorkloadCoverage& workload, const lint::Traffic& traffic) {
  constexpr std::size_t kExamples = 3;
  Shadow shadow;
  for (const std::uint32_t index : workload.connections) {
    const coverage::ConnectionCoverage& each = traffic.report.connections[index];
    const coverage::ObservedConnection& seen = traffic.observed.connections[each.observed];
    if (each.coverage != coverage::Coverage::shadow || seen.passed == 0) continue;
    for (const Direction direction : {Direction::ingress, Direction::egress})
      if (traffic.observed.endpoints[seen.connection.subject(direction)].name == workload.name)
        shadow.open[static_cast<std::size_t>(direction)] = true;
    ++shadow.connections;
    shadow.flows = flows::add_flows(shadow.flows, seen.passed);
    if (shadow.examples.size() < kExamples)
      shadow.examples.push_back(coverage::described(seen, traffic.observed));
  }
  return shadow;
}

void check(const lint::ClusterContext& context, Report& report) {
  if (context.traffic == nullptr) return;
  for (const coverage::WorkloadCoverage& workload : context.traffic->report.workloads) {
    const Shadow shadow = shadow_of(workload, *context.traffic);
    if (shadow.connections == 0) continue;
    lint::Finding& finding = add_at_manifest(
        report, workload.manifest,
        "no policy restricts " + shadow.directions() + " of " + quoted(workload.name) + ": " +
            base::counted(shadow.connections, "observed connection") + " (" +
            base::counted(shadow.flows, "flow") + ") unchecked");
    for (const std::string& example : shadow.examples) finding.notes.push_back({{}, example});
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
    .check_cluster = check,
};

}  // namespace cnplint::rules::shadow_traffic
