// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "base/text.h"
#include "coverage/narrower_rule.h"
#include "rules/traffic.h"

namespace cnplint::rules::narrowable_rule {
namespace {

/// The rules that allow what used one that is for every address. What is too long for a note is
/// what `cnplint synth` writes.
void add_narrowed(const std::vector<std::string>& items, lint::Finding& finding) {
  constexpr std::size_t kLongest = 400;
  finding.message = "open to every address, and used for few: narrower rules would do";
  std::size_t length = 0;
  for (const std::string& each : items) length += each.size();
  if (length > kLongest) {
    finding.notes.push_back({{}, "`cnplint synth` writes the rules for what was seen"});
    return;
  }
  for (const std::string& each : items)
    finding.notes.push_back({{}, "allows what was seen: " + each});
}

/// The rule without the peers and ports that were never used. None where a list would be left
/// without any: that means something else.
policy::Changes without(const coverage::RuleCoverage& rule) {
  policy::Changes changes;
  std::map<std::uint32_t, std::size_t> gone;
  for (const auto* parts : {&rule.peers, &rule.ports})
    for (const coverage::PartCoverage& part : *parts) {
      if (part.connections > 0) continue;
      const NodeRef list = part.where.parent();
      if (!list.is_sequence() || ++gone[list.index()] == list.child_count()) return {};
      changes.push_back(policy::remove(part.where));
    }
  return changes;
}

void check(const lint::ClusterContext& context, Report& report) {
  if (context.traffic == nullptr) return;
  const std::vector<coverage::RuleCoverage>& rules = context.traffic->report.rules;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const coverage::RuleCoverage& rule = rules[i];
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
    const auto narrowed = context.traffic->remedies.narrowed.find(i);
    const bool wide = narrowed != context.traffic->remedies.narrowed.end();
    if (unused.empty() && narrower.empty() && !wide) continue;
    lint::Finding& finding =
        report.add(context.policies[rule.policy], rule.where,
                   unused.empty() ? "more than the traffic needs"
                                  : "never used while the rule is: " + base::joined(unused, ", "));
    if (!wide && !unused.empty())
      finding.fix = lint::unsafe_fix("take out what was never used: closes it", without(rule));
    if (wide) {
      add_narrowed(narrowed->second, finding);
      continue;
    }
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
narrower rule; the capture decides whether that is safe, so look at how long it is.

Of a rule of egress to every address (`0.0.0.0/0`, the entity `world`) the notes give the rules that allow what used it: names that
the DNS proxy sees, addresses, ports. The verdict engine has let all of that pass with them.)",
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
         .fixed = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: cart}}]
    toPorts:
    - ports:
      - {port: "5432", protocol: TCP}
)",
         .flows =
             R"({"flow":{"time":"2026-03-02T08:00:00Z","verdict":"FORWARDED","l4":{"TCP":{"source_port":40000,"destination_port":5432}},"source":{"namespace":"shop","labels":["k8s:app=cart","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]},"destination":{"namespace":"shop","labels":["k8s:app=db","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]},"event_type":{"type":5},"traffic_direction":"INGRESS","is_reply":false}}
)"},
    .check_cluster = check,
};

}  // namespace cnplint::rules::narrowable_rule
