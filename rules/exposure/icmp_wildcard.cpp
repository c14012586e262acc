// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/model/icmp.h"
#include "rules/each.h"

namespace cnplint::rules::icmp_wildcard {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    each_icmp_field(item, [&](NodeRef field) {
      const NodeRef type = field.get("type");
      if (!type.is_scalar() || is_placeholder(type) || policy::read_icmp_type(field) != 0) return;
      lint::Finding& finding =
          report.add(type, quoted(type.text()) + " stands for every type of " +
                               (policy::is_icmp_v6(field) ? "ICMPv6" : "ICMP") +
                               ": Cilium stores it as 0, which is all");
      finding.fix.title =
          "replies to an allowed request pass anyway: name the types of requests, such as "
          "`EchoRequest`";
    });
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "icmp-wildcard",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an ICMP type that Cilium takes for all types",
    .why =
        R"(Cilium keeps ICMP types where it keeps ports, and there 0 is every one. So `EchoReply` (0) of IPv4, 0 of IPv6 and any number
below 0 allow, or deny, all types of their family. Replies need no rule: they belong to the connection that the request
opened. No way is known to name type 0 alone.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{}]
    icmps: [{fields: [{type: EchoReply, family: IPv4}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{}]
    icmps: [{fields: [{type: EchoRequest, family: IPv4}]}]
)"},
    .facts = "P713 A5.6",
    .check_policy = check,
};

}  // namespace cnplint::rules::icmp_wildcard
