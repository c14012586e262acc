// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/nearest.h"
#include "base/text.h"
#include "rules/each.h"
#include "rules/known_ports.h"

namespace cnplint::rules::unknown_port_name {
namespace {

using policy::PolicyRule;
using policy::PortFilter;
using Filters = std::span<const PortFilter>;

/// Whether no peer of an egress rule can be a pod: what such a rule calls a port is none.
bool has_no_pods(const PolicyRule& rule, const policy::RuleBase& base) {
  return rule.direction == Direction::egress && !rule.any_peer && !rule.peers.empty() &&
         rule.unresolved_services.empty() &&
         std::ranges::none_of(rule.peers, [&](std::uint32_t selector) {
           return can_be_pods(base.selectors[selector]);
         });
}

/// The names of the ports that pods declare, each once.
std::vector<std::string> names_of(const std::vector<const PodPorts*>& pods) {
  std::vector<std::string> names;
  for (const PodPorts* each : pods)
    for (const policy::NamedPort& port : each->ports)
      if (!port.name.empty()) names.push_back(port.name);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// The end of a message: the name with another protocol, a near one, or all.
/// The name that was meant; empty where none is near.
std::string near_name(const std::vector<std::string>& names, std::string_view name) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return std::string(base::nearest_spelling(name, views));
}

std::string hint_of(const std::vector<const PodPorts*>& pods, const PortFilter& filter) {
  for (const PodPorts* each : pods)
    for (const policy::NamedPort& port : each->ports)
      if (port.name == filter.name)
        return ": it is a port of " + std::string(policy::protocol_name(port.protocol));
  const std::vector<std::string> names = names_of(pods);
  if (names.empty()) return ": they name none";
  if (const std::string near = near_name(names, filter.name); !near.empty())
    return ", did you mean " + quoted(near) + "?";
  constexpr std::size_t kMostNames = 8;
  return ": they have " + base::first_few(names, kMostNames);
}

void check_known(const lint::ClusterContext& context, const policy::Policy& policy,
                 const std::vector<const PodPorts*>& pods, Filters filters, Report& report) {
  const bool some = !pods.empty() && std::ranges::all_of(pods, [](const PodPorts* each) {
    return each->pods > 0 && each->knowledge != policy::Knowledge::none;
  });
  if (!some) return;
  for (const PodPorts* each : pods)
    for (const PortFilter& filter : filters)
      if (each->declare_name(filter)) return;
  const NodeRef name = filters.front().where.get("port");
  lint::Finding& finding =
      report.add(policy, name,
                 "no container of the pods that are selected has a port called " +
                     quoted(name.text()) + hint_of(pods, filters.front()));
  if (std::ranges::any_of(pods, [](const PodPorts* each) {
        return each->knowledge != policy::Knowledge::complete;
      }))
    finding.severity = lint::Severity::note;
  finding.notes.push_back(
      {context.pods.workload(pods.front()->example).place, "a workload that is selected"});
  if (const std::string near = near_name(names_of(pods), name.text());
      !near.empty() && near != name.text() && !base::differ_in_digits(near, name.text()))
    finding.fix = lint::unsafe_fix("write " + quoted(near) + ": opens that port",
                                   {policy::set_text(name, near)});
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  std::optional<KnownPorts> ports;  // hardly any policy names a port
  for (const policy::Subject& subject : base.subjects)
    for (const PolicyRule& rule : base.rules_of(subject)) {
      const policy::Policy& policy = base.policies[rule.policy];
      const bool no_pods = has_no_pods(rule, base);
      each_written_port(rule, [&](Filters filters) {
        const NodeRef name = filters.front().where.get("port");
        if (filters.front().name.empty() || policy::has_placeholder(name.text())) return;
        if (no_pods) {
          lint::Finding& finding = report.add(policy, name,
                                              quoted(name.text()) +
                                                  " matches nothing: only pods have names for "
                                                  "ports, and none of these peers is a pod");
          finding.claim = lint::Claim::allows_nothing;
          finding.fix.title = "write the number of the port";
          return;
        }
        if (context.pods.empty()) return;
        if (!ports) ports.emplace(context);
        check_known(context, policy, ports->of_rule(subject, rule), filters, report);
      });
    }
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-port-name",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a port name that none of the pods has",
    .why =
        R"(The name of a port is looked up among those that the containers declare: for ingress of the pod that the
policy selects, for egress of the pod that is reached. A name that the pod does not have, or has with another
protocol, is skipped, so that the rule opens nothing. Addresses, names of DNS, nodes and entities outside the cluster have
no port names at all: there that is certain without any workload.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDR: [192.0.2.0/24]
    toPorts: [{ports: [{port: https, protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDR: [192.0.2.0/24]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P709 A5.6",
    .check_cluster = check,
};

}  // namespace cnplint::rules::unknown_port_name
