// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::misnamed_egress_firewall {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (context.policy.kind != policy::PolicyKind::egress_firewall) return;
  const NodeRef name = context.policy.name_at;
  if (name.is_string() && name.text() != "default" && !is_placeholder(name))
    report.reject(name, kApiServer,
                  "an EgressFirewall must be called `default`, not " + quoted(name.text()));
}

}  // namespace

CNPLINT_RULE{
    .name = "misnamed-egress-firewall",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an EgressFirewall that is not called default",
    .why =
        R"(OVN-Kubernetes takes one EgressFirewall in a namespace, and its name must be `default`.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: outbound, namespace: shop}
spec:
  egress:
  - type: Deny
    to: {cidrSelector: 192.0.2.0/24}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - type: Deny
    to: {cidrSelector: 192.0.2.0/24}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::misnamed_egress_firewall
