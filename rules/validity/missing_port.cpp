// SPDX-License-Identifier: Apache-2.0
#include "policy/model/port.h"
#include "rules/each.h"

namespace cnplint::rules::missing_port {
namespace {

constexpr policy::Release kFirstWithoutPort{19};

void add(NodeRef port, Report& report) {
  const bool portless = policy::is_portless_protocol(string_of(port.get("protocol")));
  report
      .reject(port.get("port") ? port.get("port") : port, kCilium,
              portless
                  ? "leaving the port out needs the agent option enable-extended-ip-protocols, "
                    "which is off (environment.extendedIPProtocols)"
                  : "the port is missing")
      .fix = "write `port: \"0\"` for all ports of the protocol";
}

void check(const PolicyContext& context, Report& report) {
  const bool allowed =
      context.environment.extended_ip_protocols && context.environment.cilium >= kFirstWithoutPort;
  if (allowed) return;
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef port : rule.ports)
      if (!is_placeholder(port) && string_of(port.get("port")).empty()) add(port, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "missing-port",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an entry of ports without a port",
    .why =
        R"(Cilium refuses a port that is empty or left out, unless `enable-extended-ip-protocols` is on (off by
default). For all ports of a protocol write `port: "0"`, for everything leave `toPorts` out.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{protocol: TCP}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::missing_port
