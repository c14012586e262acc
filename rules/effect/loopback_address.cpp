// SPDX-License-Identifier: Apache-2.0
#include "rules/cidr.h"

namespace cnplint::rules::loopback_address {
namespace {

/// Whether all addresses of a prefix are of the pod itself.
bool is_loopback(const policy::Prefix& prefix) {
  static const policy::Prefix four = *policy::parse_prefix("127.0.0.0/8");
  static const policy::Prefix six = *policy::parse_prefix("::1/128");
  return four.contains(prefix) || six.contains(prefix);
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (is_placeholder(item.node.get("type"))) return;
    lint::Finding* finding = nullptr;  // one for both families
    each_cidr(item, [&](const Cidr& cidr) {
      if (!is_loopback(cidr.prefix)) return;
      const std::string message =
          name_of(cidr) +
          " is the pod itself: what goes there never leaves it, so that no policy is asked";
      if (finding != nullptr) {
        finding->notes.push_back({lint::culprit_range(cidr.where), message});
        return;
      }
      finding = &report.add(cidr.where, message);
      finding->fix.title = "take it out; processes of one node are the entity `host`";
      if (!policy::is_cilium(context.policy.kind)) finding->fix.title = "take it out";
    });
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "loopback-address",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a CIDR of loopback addresses, which no policy ever sees",
    .why =
        R"(127.0.0.0/8 and `::1` are the pod itself. Connections between its containers stay in its network namespace,
where no policy is asked: they pass whatever rules say, and nobody else has these addresses. Neither
`kubectl port-forward` nor probes of the kubelet need such a rule: the first arrives inside of the pod,
the second comes from the entity `host`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromCIDR: [127.0.0.1/32]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
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
    .facts = "P401",
    .check_policy = check,
};

}  // namespace cnplint::rules::loopback_address
