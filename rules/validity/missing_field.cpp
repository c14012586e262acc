// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/violations.h"

namespace cnplint::rules::missing_field {
namespace {

void check(const PolicyContext& context, Report& report) {
  report_violations(context, report, {schemas::Keyword::required, schemas::Keyword::cel});
}

}  // namespace

CNPLINT_RULE{
    .name = "missing-field",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an object that lacks a required field",
    .why =
        R"(The API server refuses the object and says which field. A widespread cause is a generator that
leaves a field out where it has no value, such as `type` in the rules of an EgressFirewall.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - to: {cidrSelector: 192.0.2.0/24}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - type: Deny
    to: {cidrSelector: 192.0.2.0/24}
)"},
    .structural = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::missing_field
