// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/model/cluster_addresses.h"
#include "rules/cidr.h"

namespace cnplint::rules::except_leaves_nothing {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    each_cidr(item, [&](const Cidr& cidr) {
      const std::vector<policy::Prefix> all = exceptions_of(cidr);
      if (all.empty() || !policy::leave_nothing(cidr.prefix, all)) return;
      const auto alone = std::ranges::find_if(
          all, [&](const policy::Prefix& each) { return each.contains(cidr.prefix); });
      const bool one = alone != all.end();
      lint::Finding& finding = report.add(
          one ? cidr.except.items()[static_cast<std::size_t>(alone - all.begin())] : cidr.except,
          (one ? std::string("the exception leaves nothing of ")
               : std::string("the exceptions together leave nothing of ")) +
              quoted(cidr.where.text()) + ": it selects no address");
      finding.fix.title = "except less than all of it, or take the peer out";
    });
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "except-leaves-nothing",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "exceptions that take away all of their CIDR",
    .why =
        R"(`except` takes addresses out of the CIDR beside it. Where they are all of it, by one exception or by
several together, the peer selects no address: nothing is allowed, or denied, by it. NetworkPolicies with
an exception as large as the CIDR are refused; those with two halves are not.)",
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
  - toCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.0/25, 192.0.2.128/25]}]
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
  - toCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.0/25]}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P403 V067",
    .check_policy = check,
};

}  // namespace cnplint::rules::except_leaves_nothing
