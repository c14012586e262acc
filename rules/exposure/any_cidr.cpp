// SPDX-License-Identifier: Apache-2.0
#include "policy/model/address.h"
#include "rules/each.h"

namespace cnplint::rules::any_cidr {
namespace {

void check_cidr(NodeRef cidr, Report& report) {
  if (!cidr.is_scalar()) return;
  const auto prefix = policy::parse_prefix(cidr.text());
  if (prefix && prefix->length == 0)
    report.add(cidr, quoted(cidr.text()) + " is every " + (prefix->address.v6 ? "IPv6" : "IPv4") +
                         " address outside the cluster");
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || is_placeholder(item.node.get("type"))) return;
    for (const policy::Peers& peers : item.peers) {
      if (peers.kind == PeerKind::firewall) check_cidr(peers.list.get("cidrSelector"), report);
      for (const NodeRef peer : peers.list.items()) {
        if (peers.kind == PeerKind::cidr) check_cidr(peer, report);
        if (peers.kind == PeerKind::cidr_set) check_cidr(peer.get("cidr"), report);
        if (peers.kind == PeerKind::network_policy)
          check_cidr(peer.get("ipBlock").get("cidr"), report);
      }
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "any-cidr",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a CIDR that is every address",
    .why =
        R"(`0.0.0.0/0` and `::/0` are every address outside the cluster; exceptions take out some, and the rest of
the Internet stays. They match no pods, no nodes and not the host. Where the whole Internet is meant,
`toEntities: [world]` says so for both families; else name the ranges, or use `toFQDNs`.)",
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
  - toCIDR: [0.0.0.0/0]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
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
  - toCIDR: [192.0.2.0/24]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::any_cidr
