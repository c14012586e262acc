// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "rules/each.h"

namespace cnplint::rules::unknown_icmp_family {
namespace {

constexpr std::array<std::string_view, 2> kFamilies{"IPv4", "IPv6"};

void check(const PolicyContext& context, Report& report) {
  each_checked_item(context, [&](const RuleItem& item) {
    each_icmp_field(item, [&](NodeRef field) {
      const NodeRef family = field.get("family");
      const std::string_view text = string_of(family);
      if (!family.is_scalar() || text.empty() || is_placeholder(family) ||
          std::ranges::find(kFamilies, text) != kFamilies.end())
        return;
      report.reject(
          family, kCilium,
          "unknown ICMP family " + quoted(text) + base::allowed_values_hint(text, kFamilies));
    });
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-icmp-family",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an ICMP family other than IPv4 and IPv6",
    .why = R"(The family is `IPv4` or `IPv6`, in this spelling; without one it is IPv4.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: EchoRequest, family: ipv6}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    icmps: [{fields: [{type: EchoRequest, family: IPv6}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::unknown_icmp_family
