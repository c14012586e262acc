// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "coverage/narrower_rule.h"
#include "rules/traffic.h"

namespace cnplint::rules::narrowable_rule {
namespace {

void check(const lint::ClusterContext& context, Report& report) {
  if (context.traffic == nullptr) return;
  for (const coverage::RuleCoverage& rule : context.traffic->report.rules) {
    if (!rule.instrumented || !rule.used() || rule.deny) continue;
    std::vector<std::string> unused;
    std::vector<std::string> narrower;
    for (const auto* parts : {&rule.peers, &rule.ports})
      for (const coverage::PartCoverage& part : *parts) {
        const std::string written = quoted(coverage::one_line(part.where));
        if (part.connections == 0) unused.push_back(written);
        if (!part.narrower.empty())
          narrower.push_back("of " + written + " only " + part.narrower + " was used");
      }
    if (unused.empty() && narrower.empty()) continue;
    lint::Finding& finding =
        report.add(context.policies[rule.policy], rule.where,
                   unused.empty() ? "more than the traffic needs"
                                  : "never used while the rule is: " + base::joined(unused, ", "));
    for (const std::string& each : narrower) finding.notes.push_back({{}, each});
    if (!rule.narrower.empty())
      finding.notes.push_back({{}, "the narrower rule: " + rule.narrower});
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
    .check_cluster = check,
};

}  // namespace cnplint::rules::narrowable_rule
