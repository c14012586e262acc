// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::too_many_icmp_fields {
namespace {

constexpr std::size_t kMost = 40;

void check(const PolicyContext& context, Report& report) {
  each_checked_item(context, [&](const RuleItem& item) {
    for (const NodeRef entry : item.icmps.items()) {
      const NodeRef fields = entry.get("fields");
      if (fields.child_count() > kMost)
        mend(report.reject(fields, kCilium,
                           std::to_string(fields.child_count()) +
                               " fields in one entry, at most 40 are allowed"),
             context.policy, "put the others into a further entry of `icmps`",
             split_entry(fields, kMost));
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "too-many-icmp-fields",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "more than 40 fields in one entry of icmps",
    .why = R"(Cilium takes at most 40 fields in one entry; put the others into a further entry.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: 1}, {type: 2}, {type: 3}, {type: 4}, {type: 5}, {type: 6}, {type: 7}, {type: 8}, {type: 9}, {type: 10}, {type: 11}, {type: 12}, {type: 13}, {type: 14}, {type: 15}, {type: 16}, {type: 17}, {type: 18}, {type: 19}, {type: 20}, {type: 21}, {type: 22}, {type: 23}, {type: 24}, {type: 25}, {type: 26}, {type: 27}, {type: 28}, {type: 29}, {type: 30}, {type: 31}, {type: 32}, {type: 33}, {type: 34}, {type: 35}, {type: 36}, {type: 37}, {type: 38}, {type: 39}, {type: 40}, {type: 41}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: EchoRequest, family: IPv4}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: 1}, {type: 2}, {type: 3}, {type: 4}, {type: 5}, {type: 6}, {type: 7}, {type: 8}, {type: 9}, {type: 10}, {type: 11}, {type: 12}, {type: 13}, {type: 14}, {type: 15}, {type: 16}, {type: 17}, {type: 18}, {type: 19}, {type: 20}, {type: 21}, {type: 22}, {type: 23}, {type: 24}, {type: 25}, {type: 26}, {type: 27}, {type: 28}, {type: 29}, {type: 30}, {type: 31}, {type: 32}, {type: 33}, {type: 34}, {type: 35}, {type: 36}, {type: 37}, {type: 38}, {type: 39}, {type: 40}]}, {fields: [{type: 41}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::too_many_icmp_fields
