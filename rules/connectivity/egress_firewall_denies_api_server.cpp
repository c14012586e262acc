// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "policy/model/address.h"
#include "rules/each.h"

namespace cnplint::rules::egress_firewall_denies_api_server {
namespace {

/// The ports that API servers listen on.
constexpr std::array<std::string_view, 3> kApiServerPorts{"6443", "443", "8443"};

/// Whether a rule may be about the port of an API server.
bool may_be_api_port(const RuleItem& item) {
  const auto ports = item.to_ports.items();
  return ports.empty() || std::ranges::any_of(ports, [](NodeRef port) {
           const bool tcp =
               port.get("protocol").text() == "TCP" || is_placeholder(port.get("protocol"));
           const NodeRef number = port.get("port");
           return tcp &&
                  (is_placeholder(number) ||
                   std::ranges::find(kApiServerPorts, number.text()) != kApiServerPorts.end());
         });
}

/// Whether an Allow may be there for the API server: of addresses or nodes, or not known. A name is
/// none that pods reach it by.
bool may_be_for_api_server(const RuleItem& item) {
  const NodeRef to = item.node.get("to");
  return may_be_api_port(item) && !policy::is_stored(to.get("dnsName"));
}

void check_spec(const policy::Spec& spec, Report& report) {
  for (const RuleItem& item : spec.items) {
    if (!item.deny) {
      if (may_be_for_api_server(item)) return;
      continue;
    }
    const NodeRef cidr = item.node.get("to").get("cidrSelector");
    const auto prefix = policy::parse_prefix(cidr.text());
    if (!prefix || prefix->length != 0 || prefix->address.v6 || !may_be_api_port(item)) continue;
    lint::Finding& finding = report.add(
        cidr, "this denies the API servers as well: no rule before it allows their addresses");
    finding.fix.title =
        "put an Allow of the addresses of the API servers before it, where pods of the namespace "
        "need them";
    return;
  }
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_firewall(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs) check_spec(spec, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "egress-firewall-denies-api-server",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a Deny of everything that cuts off the API servers, too",
    .why =
        R"(API servers run outside the network of pods, so that a Deny of `0.0.0.0/0` denies them as well, unless a
rule before it allows their addresses (in an EgressFirewall, a `nodeSelector` of the control plane
does). Operators, controllers and whatever asks the API then stop working. Legitimate where no pod of the
namespace talks to it.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {dnsName: api.example.com}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - type: Allow
    to: {nodeSelector: {matchLabels: {node-role.kubernetes.io/control-plane: ""}}}
    ports: [{port: 6443, protocol: TCP}]
  - {type: Allow, to: {dnsName: api.example.com}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::egress_firewall_denies_api_server
