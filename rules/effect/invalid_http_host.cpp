// SPDX-License-Identifier: Apache-2.0
#include "policy/model/dns_name.h"
#include "policy/verdict/request.h"
#include "rules/http.h"

namespace cnplint::rules::invalid_http_host {
namespace {

void check(const PolicyContext& context, Report& report) {
  each_http_rule(context.policy, [&](NodeRef http) {
    const NodeRef host = http.get("host");
    if (!is_known_text(host) || policy::is_dns_match_name(host.text())) return;
    const HttpExpression expression(host.text());
    if (expression.ok()) return;
    lint::Finding& finding =
        report.add(host, quoted(host.text()) + " is no regular expression (" + expression.error() +
                             "): nobody refuses the policy, but Envoy refuses what is made of it");
    if (host.text().starts_with('*'))
      finding.fix.title =
          "write " + quoted(".*" + policy::literal_expression(host.text().substr(1)));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-http-host",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an HTTP host that is no regular expression",
    .why =
        R"(Cilium checks that `path` and `method` are regular expressions, and does not look at `host`. Envoy does when
it gets its configuration, and refuses all of it: endpoints then keep the L7 rules that they had. A wildcard such as
`*.example.com` is the usual case: `.*\.example\.com` says it.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{host: "*.shop.example"}]}
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
      rules: {http: [{host: '.*\.shop\.example'}]}
)"},
    .facts = "P701",
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_http_host
