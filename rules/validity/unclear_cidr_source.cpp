// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::unclear_cidr_source {
namespace {

constexpr policy::Release kAllCounted{17};

void check_item(const PolicyContext& context, NodeRef item, Report& report) {
  if (is_placeholder(item)) return;
  const bool cidr = !string_of(item.get("cidr")).empty();
  const bool reference = policy::is_stored(item.get("cidrGroupRef"));
  const bool selector = policy::is_stored(item.get("cidrGroupSelector"));
  const int sources =
      static_cast<int>(cidr) + static_cast<int>(reference) + static_cast<int>(selector);
  if (sources == 0)
    report.reject(item, kCilium,
                  "the item names no CIDRs: give `cidr`, `cidrGroupRef` or `cidrGroupSelector`");
  else if (sources > 1 && context.environment.cilium >= kAllCounted)
    report
        .reject(item, kCilium, "`cidr`, `cidrGroupRef` and `cidrGroupSelector` exclude each other")
        .fix.title = "write an item for each";
}

void check(const PolicyContext& context, Report& report) {
  each_checked_peer(context, PeerKind::cidr_set,
                    [&](const RuleItem&, NodeRef item) { check_item(context, item, report); });
}

}  // namespace

CNPLINT_RULE{
    .name = "unclear-cidr-source",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an item of toCIDRSet or fromCIDRSet without exactly one source of CIDRs",
    .why =
        R"(An item names its CIDRs in one way: `cidr`, `cidrGroupRef`, or (since 1.17) `cidrGroupSelector`. An
empty `cidr` counts as none.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDRSet: [{except: [10.20.30.0/24]}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDRSet: [{cidr: 10.20.0.0/16, except: [10.20.30.0/24]}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::unclear_cidr_source
