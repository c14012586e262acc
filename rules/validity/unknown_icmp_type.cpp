// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "base/nearest.h"
#include "policy/model/icmp.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::unknown_icmp_type {
namespace {

bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return c >= '0' && c <= '9'; });
}

void check_field(const policy::Policy& policy, NodeRef field, Report& report) {
  const NodeRef type = field.get("type");
  if (!policy::is_stored(type)) {
    report.reject(type ? type : field, kCilium, "the ICMP type is missing");
    return;
  }
  if (!type.is_string() || is_placeholder(type) || is_number(type.text()) ||
      is_placeholder(field.get("family")))
    return;
  const bool v6 = policy::is_icmp_v6(field);
  const auto names = policy::icmp_type_names(v6);
  if (std::ranges::find(names, type.text()) != names.end()) return;
  const auto other = policy::icmp_type_names(!v6);
  const bool misplaced = std::ranges::find(other, type.text()) != other.end();
  lint::Finding& finding =
      report.reject(type, kCilium,
                    quoted(type.text()) + " is no ICMP type of " + (v6 ? "IPv6" : "IPv4") +
                        (misplaced ? std::string(", it is one of ") + (v6 ? "IPv4" : "IPv6")
                                   : base::allowed_values_hint(type.text(), names)));
  if (!misplaced) mend_spelling(finding, policy, type, names);
}

void check(const PolicyContext& context, Report& report) {
  // Decoding comes before everything else, so deny rules count in every release.
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    each_icmp_field(item, [&](NodeRef field) { check_field(context.policy, field, report); });
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-icmp-type",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an ICMP type that its family does not have, or none",
    .why =
        R"(Names of types belong to a family: `NeighborSolicitation` exists in IPv6 only, and a field without
`family` is IPv4. A name that the family does not know, or a field without type, makes the whole
policy undecodable. `ExtendedEchoReply` is refused by the API server in both families: write 43 or
161.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: NeighborSolicitation}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: NeighborSolicitation, family: IPv6}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::unknown_icmp_type
