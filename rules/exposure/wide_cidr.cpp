// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "lint/config.h"
#include "rules/cidr.h"

namespace cnplint::rules::wide_cidr {
namespace {

constexpr lint::Option kOptions[] = {
    {"widest",
     "The widest prefixes that are allowed, one for each family: `/16`, `/48`. A number up to "
     "32 is for IPv4, a larger one for IPv6; without any `/16` and `/48`."}};

/// The least length of prefixes of each family.
struct Widest {
  int v4 = 16;
  int v6 = 48;
};

Widest widest_of(const PolicyContext& context) {
  Widest widest;
  for (const std::string& each : context.options.strings("widest")) {
    int length = 0;
    const char* begin = each.data() + (each.starts_with('/') ? 1 : 0);
    std::from_chars(begin, each.data() + each.size(), length);
    constexpr int kBitsOfV4 = 32;
    (length > kBitsOfV4 ? widest.v6 : widest.v4) = length;
  }
  return widest;
}

void check(const PolicyContext& context, Report& report) {
  const Widest widest = widest_of(context);
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny || is_placeholder(item.node.get("type"))) return;
    each_cidr(item, [&](const Cidr& cidr) {
      const int least = cidr.prefix.address.v6 ? widest.v6 : widest.v4;
      // Every address is told by any-cidr.
      if (cidr.prefix.length == 0 || cidr.prefix.length >= least) return;
      report.add(cidr.where, quoted(cidr.where.text()) + " is wider than /" + std::to_string(least))
          .fix.title = "name the ranges that are meant";
    });
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "wide-cidr",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a CIDR that is wider than a limit",
    .why =
        R"(A range of half a million addresses is rarely what somebody had in mind: mostly it is the network that the
machines in question happen to be in. How wide is too wide depends on the network, so this rule has to be
asked for; its limit is the option `widest`, `/16` and `/48` without it. `0.0.0.0/0` is another rule,
`any-cidr`.)",
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
  - toCIDR: [10.0.0.0/8]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
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
  - toCIDR: [10.20.30.0/24]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)",
                {},
                "profile: strict"},
    .options = kOptions,
    .facts = "P401",
    .profile = lint::Profile::strict,
    .check_policy = check,
};

}  // namespace cnplint::rules::wide_cidr
