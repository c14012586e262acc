// SPDX-License-Identifier: Apache-2.0
#include "base/blanks.h"
#include "policy/model/label.h"
#include "rules/each.h"

namespace cnplint::rules::invalid_object_name {
namespace {

void check(const PolicyContext& context, Report& report) {
  const NodeRef name = context.policy.name_at;
  const NodeRef ns = context.policy.namespace_at;
  if (name.is_string() && !name.text().empty() && !is_placeholder(name) &&
      !policy::is_dns_subdomain(name.text()))
    report.reject(name, kApiServer,
                  quoted(name.text()) +
                      " is not a valid name, use lower case letters, digits, `-` and `.`" +
                      base::blanks_hint(name.text()));
  if (ns.is_string() && !ns.text().empty() && !is_placeholder(ns) &&
      !policy::is_dns_label(ns.text()))
    report.reject(ns, kApiServer,
                  quoted(ns.text()) + " is not a valid namespace" + base::blanks_hint(ns.text()));
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-object-name",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a name or namespace that Kubernetes does not allow",
    .why =
        R"(Names of policies are DNS subdomains: lower case letters, digits, `-` and `.`, at most 253
characters. Namespaces are DNS labels: no dots, at most 63.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: Cart_Policy, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
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
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_object_name
