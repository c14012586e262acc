// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::tls_without_http_rules {
namespace {

void check_rule(const RuleItem& item, const policy::PortRule& rule, Report& report) {
  const NodeRef terminating = rule.node.get("terminatingTLS");
  const NodeRef originating = rule.node.get("originatingTLS");
  const bool terminates = policy::is_stored(terminating);
  const bool originates = policy::is_stored(originating);
  if (!terminates && !originates) return;
  const bool used = rule.rules.get("http").has_children() || rule.rules.get("l7proto") ||
                    rule.rules.get("kafka") || rule.node.get("serverNames").has_children();
  if (!used) {
    report
        .add(terminates ? terminating : originating,
             "TLS is opened for nothing: no HTTP rule and no `serverNames` look at what is inside")
        .fix.title = "add `rules: {http: [...]}`, or take the TLS settings out";
    return;
  }
  if (item.direction == Direction::egress && terminates && !originates)
    report
        .add(terminating,
             "without `originatingTLS` the traffic goes on unencrypted to the other side")
        .fix.title = "add `originatingTLS` with the CA of the other side";
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny) return;
    for (const policy::PortRule& rule : item.port_rules) check_rule(item, rule, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "tls-without-http-rules",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "TLS that the proxy opens and nobody looks into, or does not close again",
    .why =
        R"(`terminatingTLS` decrypts what a client sends, `originatingTLS` encrypts it again towards the server. They are there so
that HTTP rules (or `serverNames`) can look inside; without any they cost certificates and time for nothing. On egress
both belong together: with the first alone the request leaves unencrypted, which is right only for a server that
wants it so.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: payments}}]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      terminatingTLS: {secret: {name: payments-tls}}
      originatingTLS: {secret: {name: payments-ca}}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: payments}}]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      terminatingTLS: {secret: {name: payments-tls}}
      originatingTLS: {secret: {name: payments-ca}}
      rules: {http: [{method: POST, path: "/v1/payments"}]}
)"},
    .facts = "P716 D47",
    .check_policy = check,
};

}  // namespace cnplint::rules::tls_without_http_rules
