// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "rules/dns.h"

namespace cnplint::rules::dns_rules_on_other_port {
namespace {

using policy::PolicyRule;
using policy::PortFilter;

/// Ports that something of the input answers DNS on, whatever their number.
std::set<std::uint16_t> dns_ports_of_input(const lint::ClusterContext& context) {
  std::set<std::uint16_t> ports;
  for (const policy::Workload& workload : context.cluster.inventory.workloads)
    for (const policy::ContainerPort& each : workload.ports)
      if (each.name.find("dns") != std::string_view::npos || policy::is_dns_port(each.port))
        ports.insert(each.port);
  for (const policy::ServiceManifest& service : context.cluster.inventory.services)
    for (const policy::ServiceManifest::Port& each : service.ports)
      if (policy::is_dns_port(each.port))
        ports.insert(policy::target_of(each, std::vector<policy::ContainerPort>()));
  return ports;
}

/// Whether a number ends in that of DNS, as those of resolvers that may not open 53 mostly do.
bool ends_like_dns(std::uint16_t port) {
  constexpr std::uint16_t kHundred = 100;
  return port % kHundred == policy::kDnsPort;
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  std::optional<std::set<std::uint16_t>> known;
  const auto may_be_dns = [&](const PortFilter& port) {
    if (!known) known = dns_ports_of_input(context);
    return port.end > port.first || policy::covers_dns_port(port) || !port.name.empty() ||
           ends_like_dns(port.first) || known->contains(port.first);
  };
  for (const PolicyRule& rule : base.rules) {
    if (rule.direction != Direction::egress || !rule.allows()) continue;
    std::set<std::uint32_t> told;  // the `rules` of an entry, by node
    for (const PortFilter& port : rule.ports) {
      if (port.l7 != policy::L7Kind::dns || !port.where || !port.l7_rules) continue;
      const auto is_beside = [&](const PortFilter& other) {
        return other.l7_rules && other.l7_rules.index() == port.l7_rules.index();
      };
      const bool any = std::ranges::any_of(rule.ports, [&](const PortFilter& other) {
        return is_beside(other) && may_be_dns(other);
      });
      if (any || !told.insert(port.l7_rules.index()).second) continue;
      report
          .add(base.policies[rule.policy], port.where,
               "the `dns` rules hand port " + std::to_string(port.first) +
                   " to the DNS proxy, which drops whatever is no DNS question")
          .fix.title =
          "put `dns` rules on the port of the DNS servers, 53, in a rule that leads to "
          "them, and take them out here";
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "dns-rules-on-other-port",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "L7 `dns` rules on ports that are none of DNS servers",
    .why =
        R"(`rules: {dns: ...}` does not say which names may be connected to: it sends what goes to these ports through
the DNS proxy, and that understands nothing but DNS. HTTP or TLS on such a port is dropped. The rules
belong to port 53 of the DNS servers; which names may be connected to is said with `toFQDNs`. Ports that
end in 53, that have a name, or that something of the input answers DNS on are not reported.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toFQDNs: [{matchName: api.example.com}]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      rules: {dns: [{matchName: api.example.com}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toFQDNs: [{matchName: api.example.com}]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
)"},
    .facts = "P601 P609",
    .check_cluster = check,
};

}  // namespace cnplint::rules::dns_rules_on_other_port
