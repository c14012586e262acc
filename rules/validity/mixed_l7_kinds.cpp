// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::mixed_l7_kinds {
namespace {

constexpr policy::Release kLastWithProxylib{19};

void check(const PolicyContext& context, Report& report) {
  const bool old = context.environment.cilium <= kLastWithProxylib;
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    std::size_t kinds = 0;
    for (const char* field : {"http", "dns"})
      kinds += policy::is_stored(rule.rules.get(field)) ? 1 : 0;
    if (old)
      for (const char* field : {"kafka", "l7"})
        kinds += policy::is_stored(rule.rules.get(field)) ? 1 : 0;
    if (kinds > 1 && l7_kinds(rule, context.environment.cilium).any())
      report.reject(rule.rules, kCilium, "more than one kind of L7 rules in one entry").fix.title =
          "write an entry of `toPorts` for each";
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "mixed-l7-kinds",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "more than one kind of L7 rules in one entry",
    .why =
        R"(An entry of `toPorts` has HTTP rules or DNS rules. Write two entries with their own ports. An empty
list beside a filled one counts, too.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET}], dns: []}
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

}  // namespace cnplint::rules::mixed_l7_kinds
