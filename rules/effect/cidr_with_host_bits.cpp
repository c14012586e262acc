// SPDX-License-Identifier: Apache-2.0
#include "rules/cidr.h"

namespace cnplint::rules::cidr_with_host_bits {
namespace {

void check_text(NodeRef where, Report& report) {
  if (!where.is_scalar() || is_placeholder(where)) return;
  const auto prefix = policy::parse_prefix(string_of(where));
  if (!prefix || !prefix->has_host_bits()) return;
  const std::string masked = masked_text(*prefix);
  const std::string single =
      policy::to_string(prefix->address) + (prefix->address.v6 ? "/128" : "/32");
  report
      .add(where, quoted(where.text()) + " is " + quoted(masked) +
                      ": what stands behind the first " + std::to_string(prefix->length) +
                      " bits is dropped")
      .fix = lint::safe_fix(
      "write " + quoted(masked) + ", or " + quoted(single) + " where the one address is meant",
      {policy::set_text(where, masked)});
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    each_cidr(item, [&](const Cidr& cidr) {
      check_text(cidr.where, report);
      for (const NodeRef except : cidr.except.items()) check_text(except, report);
    });
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "cidr-with-host-bits",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a CIDR with an address that is not the first of its range",
    .why =
        R"(A prefix is its first bits. `10.1.2.3/8` looks like one machine and is all of `10.0.0.0/8`: nobody refuses
it, the rest of the address is dropped silently. Write the range as it is, or `/32` (`/128`) where the
one address is meant.)",
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
  - toCIDR: [192.0.2.77/24]
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
  - toCIDR: [192.0.2.77/32]
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
    .facts = "P406 R5",
    .check_policy = check,
};

}  // namespace cnplint::rules::cidr_with_host_bits
