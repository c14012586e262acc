// SPDX-License-Identifier: Apache-2.0
#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::port_with_portless_protocol {
namespace {

constexpr policy::Release kFirst{19};

void check(const PolicyContext& context, Report& report) {
  if (context.environment.cilium < kFirst) return;
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef entry : rule.ports) {
      const std::string_view port = string_of(entry.get("port"));
      const std::string_view protocol = string_of(entry.get("protocol"));
      if (!policy::is_portless_protocol(protocol) || port.empty() || port == "0" ||
          policy::is_port_name(port) || is_placeholder(entry.get("port")))
        continue;
      mend(report.reject(entry.get("port"), kCilium,
                         quoted(protocol) + " has no ports, only `\"0\"` is allowed here"),
           context.policy, "write `\"0\"`", {policy::set_text(entry.get("port"), "0")});
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "port-with-portless-protocol",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a port number beside a protocol that has no ports",
    .why =
        R"(VRRP, IGMP, GRE, IPIP, IPV6, ESP and AH have no ports: only `port: "0"` is allowed beside them.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  nodeSelector: {}
  ingress:
  - fromEntities: [remote-node]
    toPorts: [{ports: [{port: "112", protocol: VRRP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  nodeSelector: {}
  ingress:
  - fromEntities: [remote-node]
    toPorts: [{ports: [{port: "0", protocol: VRRP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  nodeSelector: {}
  ingress:
  - fromEntities: [remote-node]
    toPorts: [{ports: [{port: "0", protocol: VRRP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::port_with_portless_protocol
