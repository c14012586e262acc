// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "rules/traffic.h"

namespace cnplint::rules::uncovered_observed_flow {
namespace {

void check_side(const lint::ClusterContext& context, const coverage::ConnectionCoverage& each,
                Direction direction, Report& report) {
  const policy::SideResult& side = each.side(direction);
  if (side.passes()) return;
  const coverage::ObservedTraffic& observed = context.traffic->observed;
  const coverage::ObservedConnection& seen = observed.connections[each.observed];
  const std::string name(policy::direction_name(direction));
  lint::Finding& finding = add_at_decision(
      report, context, each, direction,
      quoted(coverage::described(seen, observed)) + " was seen and would be denied: " + name +
          ", " +
          (side.policies.empty() ? "no rule allows it" : "denied by " + side.policies.front()));
  finding.notes.push_back({{}, base::counted(seen.passed, "flow") + " in the capture"});
  const auto& rules = context.traffic->remedies.rules;
  if (const auto rule = rules.find({each.observed, direction});
      rule != rules.end() && !rule->second.empty())
    finding.fix.title = "where it is wanted, add to " + quoted(name) + ": - " + rule->second;
  for (const std::string& asked : seen.names)
    finding.notes.push_back({{}, "the address was asked for as " + asked});
}

void check(const lint::ClusterContext& context, Report& report) {
  if (context.traffic == nullptr) return;
  for (const coverage::ConnectionCoverage& each : context.traffic->report.connections)
    if (each.coverage == coverage::Coverage::denied &&
        context.traffic->observed.connections[each.observed].passed > 0)
      for (const Direction direction : {Direction::egress, Direction::ingress})
        check_side(context, each, direction, report);
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
    .check_cluster = check,
};

}  // namespace cnplint::rules::uncovered_observed_flow
