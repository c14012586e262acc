// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/model/port.h"
#include "rules/each.h"

namespace cnplint::rules::api_server_port {
namespace {

constexpr std::uint16_t kServicePort = 443;
constexpr const char* kOwnPort = "6443";

bool is_api_server(const RuleItem& item) {
  const policy::Peers* entities = item.peers_of(PeerKind::entities);
  return entities != nullptr && entities->list.child_count() == 1 &&
         entities->list.items().front().text() == "kube-apiserver";
}

void check_item(const RuleItem& item, Report& report) {
  NodeRef service_port;
  for (const policy::PortRule& rule : item.port_rules)
    for (const NodeRef port : rule.ports) {
      const policy::PortRange range = policy::read_port(port);
      if (!range.name.empty() || range.first == 0) return;
      const bool only = range.first == kServicePort && range.last == kServicePort;
      if (!only) return;
      if (!service_port) service_port = port.get("port");
    }
  if (!service_port) return;
  lint::Finding& finding = report.add(
      service_port,
      "443 is the port of the Service `kubernetes`: policies are about the API server's own port, "
      "which is mostly 6443");
  finding.fix = lint::unsafe_fix(
      "open 6443 (or the port that your API server listens on) as well; some managed clouds have "
      "443: opens egress to the API server",
      {policy::add_item(service_port.parent().parent(),
                        policy::Value::map({{"port", policy::Value::quoted(kOwnPort)},
                                            {"protocol", policy::Value::text("TCP")}}))});
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (!item.deny && item.direction == Direction::egress && is_api_server(item))
      check_item(item, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "api-server-port",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "egress to the API server on 443 only",
    .why =
        R"(Pods reach the API server through the Service `kubernetes` on 443, which leads to the port that the API server itself listens
on. Policies see that one: 6443 on most clusters (kubeadm, k3s, OpenShift, Talos), 443 on some managed ones. With 443 alone
the connection is denied on the former. Legitimate where you know that it is 443.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "443", protocol: TCP}, {port: "6443", protocol: TCP}]}]
)"},
    .facts = "P402 P304",
    .check_policy = check,
};

}  // namespace cnplint::rules::api_server_port
