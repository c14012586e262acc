// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "policy/model/cluster_facts.h"
#include "rules/each.h"
#include "rules/known_ports.h"

namespace cnplint::rules::ambiguous_port_name {
namespace {

using policy::PolicyRule;
using policy::PortFilter;

/// The numbers that pods of the input give a name, by name and protocol.
using Numbers =
    std::map<std::pair<std::string, std::uint8_t>, std::map<std::uint16_t, std::uint32_t>>;

Numbers numbers_of(const policy::KnownPods& pods) {
  Numbers numbers;
  const std::vector<policy::Workload>& all = pods.inventory().workloads;
  for (std::uint32_t i = 0; i < all.size(); ++i)
    for (const policy::ContainerPort& port : all[i].ports)
      if (const auto protocol = policy::protocol_number(port.protocol);
          protocol && !all[i].host_network && !port.name.empty() && port.port != 0)
        numbers[{base::lower(port.name), *protocol}].try_emplace(port.port, i);
  return numbers;
}

void report_name(const lint::ClusterContext& context, const policy::Policy& policy,
                 const PortFilter& filter, const std::map<std::uint16_t, std::uint32_t>& numbers,
                 Report& report) {
  const NodeRef name = filter.where.get("port");
  std::vector<std::string> texts;
  for (const auto& [number, pod] : numbers) texts.push_back(std::to_string(number));
  constexpr std::size_t kMostNumbers = 4;
  lint::Finding& finding =
      report.add(policy, name,
                 "pods give the port name " + quoted(name.text()) + " several numbers (" +
                     base::first_few(texts, kMostNumbers) +
                     "): before Cilium 1.20 an egress rule is skipped for it");
  for (const auto& [number, pod] : numbers) {
    if (finding.notes.size() == kMostNumbers) break;
    const policy::Workload& workload = context.pods.workload(pod);
    finding.notes.push_back({workload.place, std::to_string(number) + " in " + workload.subject});
  }
  finding.fix.title = "write the number of the port";
}

void check(const lint::ClusterContext& context, Report& report) {
  constexpr policy::Release kOfEachPod{20};
  if (context.cluster.environment.cilium >= kOfEachPod || context.pods.empty()) return;
  const Numbers numbers = numbers_of(context.pods);
  for (const PolicyRule& rule : context.rules->rules) {
    if (rule.direction != Direction::egress) continue;
    each_written_port(rule, [&](std::span<const PortFilter> filters) {
      for (const PortFilter& filter : filters) {
        const auto found = numbers.find({filter.name, filter.protocol});
        if (filter.name.empty() || found == numbers.end() || found->second.size() < 2) continue;
        report_name(context, context.rules->policies[rule.policy], filter, found->second, report);
        return;
      }
    });
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "ambiguous-port-name",
    .family = lint::Family::upgrade,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "an egress port name that means several numbers, before Cilium 1.20",
    .why =
        R"(Up to Cilium 1.19 the name of a port in an egress rule has one number in the whole cluster. As soon as two
pods anywhere give the name different numbers, the rule is skipped for it, and what it allowed is denied. Since 1.20
each pod that is reached says for itself what its names mean.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: payments}}]
    toPorts: [{ports: [{port: api, protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: payments, namespace: shop, labels: {app: payments}}
spec: {containers: [{name: payments, image: payments, ports: [{containerPort: 8080, name: api}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: catalogue, namespace: shop, labels: {app: catalogue}}
spec: {containers: [{name: catalogue, image: catalogue, ports: [{containerPort: 9090, name: api}]}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: payments}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: payments, namespace: shop, labels: {app: payments}}
spec: {containers: [{name: payments, image: payments, ports: [{containerPort: 8080, name: api}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: catalogue, namespace: shop, labels: {app: catalogue}}
spec: {containers: [{name: catalogue, image: catalogue, ports: [{containerPort: 9090, name: api}]}]}
)",
                {},
                "cilium: \"1.19\"\n"},
    .facts = "P709",
    .check_cluster = check,
};

}  // namespace cnplint::rules::ambiguous_port_name
