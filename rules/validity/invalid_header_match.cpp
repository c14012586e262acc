// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <span>

#include "base/nearest.h"
#include "rules/each.h"

namespace cnplint::rules::invalid_header_match {
namespace {

constexpr std::array<std::string_view, 5> kActions{"LOG", "ADD", "DELETE", "REPLACE", ""};

void check_match(NodeRef match, Report& report) {
  const NodeRef name = match.get("name");
  if (string_of(name).empty())
    report.reject(name && !name.is_null() ? name : match, kCilium, "the header match has no name");
  const NodeRef action = match.get("mismatch");
  if (action.is_scalar() && !is_placeholder(action) &&
      std::ranges::find(kActions, string_of(action)) == kActions.end())
    report.reject(action, kCilium,
                  "unknown action " + quoted(action.text()) +
                      base::allowed_values_hint(action.text(), std::span(kActions).first(4)));
  const NodeRef secret = match.get("secret");
  if (policy::is_stored(secret) && string_of(secret.get("name")).empty())
    report.reject(secret.get("name") ? secret.get("name") : secret, kCilium,
                  "the secret has no name");
}

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef http : rule.rules.get("http").items())
      for (const NodeRef match : http.get("headerMatches").items()) check_match(match, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-header-match",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a header match that lacks its name or has an unknown action",
    .why =
        R"(A header match names its header; `mismatch` is LOG, ADD, DELETE or REPLACE; a secret has a name.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{headerMatches: [{name: "", value: gold}]}]}
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
      rules: {http: [{headerMatches: [{name: X-Tier, value: gold}]}]}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_header_match
