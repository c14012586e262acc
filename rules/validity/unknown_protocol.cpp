// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/nearest.h"
#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/joined_words.h"
#include "rules/mending.h"

namespace cnplint::rules::unknown_protocol {
namespace {

constexpr std::array<std::string_view, 4> kProtocols{"TCP", "UDP", "SCTP", "ANY"};

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef entry : rule.ports) {
      const NodeRef protocol = entry.get("protocol");
      const std::string_view text = string_of(protocol);
      if (!protocol.is_string() || policy::is_known_protocol(text) || is_placeholder(protocol))
        continue;
      const std::string several =
          joined_problem(text, "protocols", "a port for each of",
                         [](std::string_view word) { return policy::is_known_protocol(word); });
      if (!several.empty()) {
        report.reject(protocol, kCilium, several + ", or `ANY`");
        continue;
      }
      const bool icmp = text.starts_with("ICMP") || text.starts_with("icmp");
      lint::Finding& finding =
          report.reject(protocol, kCilium,
                        "unknown protocol " + quoted(text) +
                            (icmp ? ", ICMP is allowed with `icmps` in an item of its own"
                                  : base::allowed_values_hint(text, kProtocols)));
      const std::string_view meant = base::nearest_spelling(text, kProtocols);
      if (!meant.empty() && !icmp)
        mend(finding, context.policy, "write " + quoted(meant),
             {policy::set_text(protocol, std::string(meant))});
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-protocol",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a protocol that Cilium does not know",
    .why =
        R"(ICMP is no protocol of a port: it has `icmps`. HTTP and DNS are not either: they are L7 `rules`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: HTTP}]
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
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::unknown_protocol
