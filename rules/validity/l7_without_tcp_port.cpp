// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/l7.h"
#include "rules/mending.h"

namespace cnplint::rules::l7_without_tcp_port {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    if (!l7_kinds(rule, context.environment.cilium).other_than_dns()) return;
    for (const NodeRef entry : rule.ports) {
      const NodeRef protocol = entry.get("protocol");
      const std::string_view text = string_of(protocol);
      const bool readable = !policy::is_stored(protocol) || protocol.is_string();
      if (policy::is_protocol(text, "TCP") || !readable || is_placeholder(protocol)) continue;
      const std::string is =
          text.empty() ? "no protocol, which is ANY" : "protocol " + quoted(text);
      lint::Finding& finding = report.reject(text.empty() ? entry : protocol, kCilium,
                                             "L7 rules need TCP, this port has " + is);
      finding.notes.push_back({lint::culprit_range(rule.rules), "the L7 rules"});
      mend(finding, context.policy, "write `protocol: TCP`",
           {policy::is_stored(protocol)
                ? policy::set_text(protocol, "TCP")
                : policy::add_entry(entry, "protocol", policy::Value::text("TCP"))});
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "l7-without-tcp-port",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "HTTP rules on a port that is not TCP",
    .why =
        R"(HTTP rules need `protocol: TCP` at every port of their entry. A port without `protocol` is ANY, and
Cilium refuses the policy for it. The API server does not notice.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080"}]
      rules: {http: [{method: GET}]}
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
      rules: {http: [{method: GET}]}
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
      rules: {http: [{method: GET}]}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::l7_without_tcp_port
