// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "base/blanks.h"
#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/mending.h"
#include "rules/port_text.h"

namespace cnplint::rules::invalid_port {
namespace {

std::string hint(std::string_view text) {
  constexpr std::size_t kLongestName = 15;
  if (text.find('-') != std::string_view::npos || text.find(':') != std::string_view::npos)
    return "; a range is `port` and `endPort`";
  if (text.find(',') != std::string_view::npos) return "; write one entry for each port";
  if (text.size() > 1 && text.front() == '0') return "; a leading zero makes it octal";
  return text.size() > kLongestName ? "; names have at most 15 characters" : "";
}

/// The first and the last port of a range that is written in one text.
std::optional<std::pair<std::uint16_t, std::uint16_t>> range_in(std::string_view text) {
  const std::size_t dash = text.find_first_of("-:");
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = policy::port_number(base::without_blanks(text.substr(0, dash)));
  const auto last = policy::port_number(base::without_blanks(text.substr(dash + 1)));
  if (!first || !last || *first == 0 || *first >= *last) return std::nullopt;
  return std::pair(*first, *last);
}

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef entry : rule.ports) {
      const NodeRef port = entry.get("port");
      const std::string_view text = string_of(port);
      if (text.empty() || is_placeholder(port) || !port.is_string() || policy::is_port_name(text) ||
          policy::port_number(text))
        continue;
      const std::string known = port_text_problem(text, context.policy.kind);
      lint::Finding& finding = report.reject(
          port, kCilium,
          known.empty()
              ? quoted(text) + " is neither a port number up to 65535 nor a port name" + hint(text)
              : known);
      if (const auto range = range_in(text); range && !entry.get("endPort"))
        mend(finding, context.policy, "write `port` and `endPort`",
             {policy::set_text(port, std::to_string(range->first)),
              policy::add_entry(entry, "endPort", policy::Value::number(range->second))});
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-port",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a port that is neither a number up to 65535 nor a port name",
    .why =
        R"(The pattern of the schema is weak: the API server takes `"70000"`, `"80-90"`, `"80,443"` and
`"080"`, and Cilium then refuses the policy. A name has at most 15 characters, letters and digits
with single dashes, and at least one letter. A leading zero makes a number octal: `"010"` is port 8
and `"080"` is no number. A range is `port` and `endPort`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080-8090", protocol: TCP}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", endPort: 8090, protocol: TCP}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP, endPort: 8090}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_port
