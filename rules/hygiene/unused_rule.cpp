// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/verdict/dns_reach.h"
#include "rules/traffic.h"

namespace cnplint::rules::unused_rule {
namespace {

/// Whether a rule is for DNS, which everybody needs now and then.
bool is_for_dns(const lint::ClusterContext& context, NodeRef where) {
  return std::ranges::any_of(context.rules->rules, [&](const policy::PolicyRule& rule) {
    return rule.where == where && policy::is_for_dns(rule);
  });
}

/// The list without the rule; where it was the last one of a policy of Cilium, the item that keeps
/// the direction in default deny.
policy::Changes take_out(const policy::Policy& policy, NodeRef rule) {
  if (policy::is_cilium(policy.kind)) return policy::remove_rules(rule.parent(), {rule});
  return {policy::remove(rule)};
}

void check(const lint::ClusterContext& context, Report& report) {
  if (context.traffic == nullptr) return;
  for (const coverage::RuleCoverage& rule : context.traffic->report.rules) {
    if (!rule.instrumented || rule.used()) continue;
    lint::Finding& finding =
        report.add(context.policies[rule.policy], rule.where,
                   "no observed connection uses this `" + rule.section() + "` rule");
    if (!rule.deny && rule.where.parent().is_sequence() && !is_for_dns(context, rule.where))
      finding.fix = lint::unsafe_fix("take it out: closes what it allows",
                                     take_out(context.policies[rule.policy], rule.where));
    if (context.traffic->report.policies[rule.policy].connections == 0)
      finding.notes.push_back({{}, "the capture has no traffic at all of what the policy selects"});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "unused-rule",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::needs_capture,
    .since = "0.1",
    .summary = "a rule that no connection of the capture uses",
    .why =
        R"(Rules outlive what they were written for, and each one is a way in. Take it away, or mark it with
`# cnplint: keep -- reason` where the capture cannot show its traffic: yearly jobs, failovers, incidents.

Look at how much the capture covers first: `cnplint cover` says for how many days and hours of the day it has flows.)",
    .example =
        {.bad = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
  - fromEndpoints: [{matchLabels: {app: report}}]
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
  # cnplint: keep -- the yearly report
  - fromEndpoints: [{matchLabels: {app: report}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)",
         .fixed = R"(apiVersion: cilium.io/v2
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

}  // namespace cnplint::rules::unused_rule
