// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "policy/model/port.h"
#include "rules/each.h"

namespace cnplint::rules::server_names_without_tls {
namespace {

/// Why names of TLS handshakes are not found on a port; empty where they may be.
std::string_view problem_of(NodeRef port) {
  const policy::PortRange range = policy::read_port(port);
  constexpr std::uint16_t kHttp = 80;
  constexpr std::uint16_t kAlsoHttp = 8080;
  if (range.protocol == policy::Protocol::udp || range.protocol == policy::Protocol::sctp ||
      range.protocol == policy::Protocol::other)
    return "names are read from TLS over TCP only, and not from QUIC";
  const bool http = range.name.empty() && range.first == range.last &&
                    (range.first == kHttp || range.first == kAlsoHttp);
  if (http || base::lower(range.name) == "http")
    return "plain HTTP has no TLS handshake with a name, so that nothing passes";
  return {};
}

void check_rule(const RuleItem& item, const policy::PortRule& rule, Report& report) {
  const NodeRef names = rule.node.get("serverNames");
  if (!names.has_children()) return;
  if (item.direction == Direction::ingress) {
    lint::Finding& finding =
        report.add(names, "`serverNames` is for egress: on ingress nobody says what it does");
    finding.severity = lint::Severity::note;
    return;
  }
  for (const NodeRef port : rule.ports)
    if (const std::string_view problem = problem_of(port); !problem.empty() &&
                                                           !is_placeholder(port.get("port")) &&
                                                           !is_placeholder(port.get("protocol"))) {
      report.add(names, "`serverNames` on port " + quoted(port.get("port").text()) + ": " +
                            std::string(problem));
      return;
    }
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny) return;
    for (const policy::PortRule& rule : item.port_rules) check_rule(item, rule, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "server-names-without-tls",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "names of TLS servers where there is no TLS",
    .why =
        R"(With `serverNames` the proxy reads the name that a client asks for in its TLS handshake. All traffic of the port has to be
TLS over TCP then: plain HTTP, UDP and QUIC have no such handshake. They are made for egress; on ingress no
behaviour is documented, which is a note.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: payments}}]
    toPorts:
    - ports: [{port: "80", protocol: TCP}]
      serverNames: [payments.shop.example]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: payments}}]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      serverNames: [payments.shop.example]
)"},
    .facts = "P717 P706 D22",
    .check_policy = check,
};

}  // namespace cnplint::rules::server_names_without_tls
