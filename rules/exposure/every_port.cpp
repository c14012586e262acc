// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/peer_scope.h"

namespace cnplint::rules::every_port {
namespace {

constexpr std::uint32_t kMany = 10000;

std::string_view protocol_text(policy::Protocol protocol) {
  switch (protocol) {
    case policy::Protocol::tcp:
      return "of TCP";
    case policy::Protocol::udp:
      return "of UDP";
    case policy::Protocol::sctp:
      return "of SCTP";
    default:
      return "of TCP, UDP and SCTP";
  }
}

/// Ports are ICMP types, or nothing, for the other protocols.
bool has_ports(const policy::PortRange& range) { return range.protocol != policy::Protocol::other; }

/// Whether all peers are pods of the policy's own namespace: that is for strict reviewers only.
bool are_near(const policy::Policy& policy, const RuleItem& item) {
  return !item.peers.empty() && std::ranges::all_of(item.peers, [&](const policy::Peers& peers) {
    const auto all = peers.list.items();
    return !all.empty() && std::ranges::all_of(all, [&](NodeRef peer) {
      return scope_of(policy, peers.kind, peer) == PeerScope::own_namespace;
    });
  });
}

void check_port(NodeRef port, policy::MissingProtocol missing, bool strict, Report& report) {
  const NodeRef number = port.get("port");
  if (!policy::is_stored(number) || is_placeholder(number) || is_placeholder(port.get("endPort")))
    return;
  policy::PortRange range = policy::read_port(port);
  if (range.protocol == policy::Protocol::any && !policy::is_stored(port.get("protocol")) &&
      missing == policy::MissingProtocol::tcp)
    range.protocol = policy::Protocol::tcp;
  if (!range.name.empty() || !has_ports(range)) return;
  constexpr std::uint16_t kAlmostLast = UINT16_MAX - 1;
  const bool zero = range.first == 0 && policy::port_number(number.text()) == 0;
  if (range.first == 0 && !zero) return;
  const NodeRef end = port.get("endPort");
  if (zero || (range.first <= 1 && range.last >= kAlmostLast)) {
    lint::Finding& finding =
        report.add(zero ? number : end,
                   "every port " + std::string(protocol_text(range.protocol)) + " is open");
    finding.strict = strict;
    finding.fix.title = "name the ports that are used";
    return;
  }
  const std::uint32_t count = std::uint32_t{range.last} - range.first + 1;
  if (count < kMany) return;
  report.add(end, std::to_string(count) + " ports are open").strict = true;
}

void check(const PolicyContext& context, Report& report) {
  if (policy::is_firewall(context.policy.kind)) return;
  const auto missing = policy::facts_of(context.policy.kind).missing_protocol;
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny) return;
    const bool strict = are_near(context.policy, item);
    for (const policy::PortRule& rule : item.port_rules)
      for (const NodeRef port : rule.ports) check_port(port, missing, strict, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "every-port",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule that opens all ports of a protocol by their numbers",
    .why =
        R"(Port `0` is every port of its protocol, and so is a range from 1 to 65535: it looks like a limit, and is what a rule without
`toPorts` is but for ICMP. Name the ports that are used. Legitimate for what opens ports as it goes (FTP, RPC, media),
where a range of its own can mostly be set. Ranges of 10,000 ports and more, and pods of
the own namespace as peers, are for strict reviewers.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "1", endPort: 65535, protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "A5.6",
    .check_policy = check,
};

}  // namespace cnplint::rules::every_port
