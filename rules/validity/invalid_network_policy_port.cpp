// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "policy/model/port.h"
#include "policy/yaml/scalar.h"
#include "rules/each.h"
#include "rules/joined_words.h"
#include "rules/mending.h"
#include "rules/port_text.h"

namespace cnplint::rules::invalid_network_policy_port {
namespace {

constexpr std::array<std::string_view, 3> kProtocols{"TCP", "UDP", "SCTP"};
constexpr std::int64_t kLargest = 65535;

/// Kubernetes wants port names in lower case; the form is Cilium's otherwise.
bool is_name(std::string_view text) {
  return policy::is_port_name(text) &&
         std::ranges::none_of(text, [](unsigned char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<std::int64_t> number(NodeRef node) {
  if (!node.is_scalar()) return std::nullopt;
  return policy::integer_value(node.text(), node.type());
}

bool is_protocol(std::string_view text) {
  return std::ranges::find(kProtocols, text) != kProtocols.end();
}

std::string hint_of_form(std::string_view text) {
  constexpr std::size_t kLongestName = 15;
  return text.size() > kLongestName ? ": names have at most 15 characters" : "";
}

std::string protocol_problem(std::string_view text) {
  std::string several = joined_problem(text, "protocols", "a port for each of", is_protocol);
  if (!several.empty()) return several;
  return "unknown protocol " + quoted(text) + base::allowed_values_hint(text, kProtocols);
}

/// What is wrong with a text that is no port name.
std::string name_problem(std::string_view text) {
  std::string known = port_text_problem(text, policy::PolicyKind::network_policy);
  if (!known.empty()) return known;
  const std::string message = quoted(text) + " is not a port name";
  if (policy::port_number(text)) return message + "; write numbers without quotes";
  if (is_name(base::lower(text))) return message + ": port names are in lower case";
  return message + hint_of_form(text);
}

/// Writes a number without quotes, and a name in lower case.
void mend_port(lint::Finding& finding, const policy::Policy& policy, NodeRef port) {
  const std::string lower = base::lower(port.text());
  if (const auto value = policy::port_number(port.text()))
    mend(finding, policy, "write it without quotes",
         {policy::set(port, policy::Value::number(*value))});
  else if (is_name(lower))
    mend(finding, policy, "write " + quoted(lower), {policy::set_text(port, lower)});
}

void check_port(const policy::Policy& policy, NodeRef entry, Report& report) {
  const NodeRef protocol = entry.get("protocol");
  const NodeRef port = entry.get("port");
  const NodeRef end = entry.get("endPort");
  if (protocol.is_string() && !is_placeholder(protocol) && !is_protocol(protocol.text()))
    mend_spelling(report.reject(protocol, kApiServer, protocol_problem(protocol.text())), policy,
                  protocol, kProtocols);
  if (is_placeholder(port) || is_placeholder(end)) return;
  const auto first = number(port);
  if (first && (*first < 1 || *first > kLargest))
    report.reject(port, kApiServer, "the port must be between 1 and 65535");
  if (port.is_string() && !is_name(port.text()))
    mend_port(report.reject(port, kApiServer, name_problem(port.text())), policy, port);
  const auto last = number(end);
  if (!last) return;
  if (!first)
    report.reject(end, kApiServer, "`endPort` needs a number as `port`");
  else if (*last < *first || *last > kLargest)
    report.reject(end, kApiServer, "`endPort` must be between `port` and 65535");
}

void check(const PolicyContext& context, Report& report) {
  if (context.policy.kind != policy::PolicyKind::network_policy) return;
  each_item(context.policy, [&](const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules)
      for (const NodeRef entry : rule.ports) check_port(context.policy, entry, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-network-policy-port",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a port of a NetworkPolicy that the API server refuses",
    .why =
        R"(The protocol is TCP, UDP or SCTP; the port a number from 1 to 65535 or a name; `endPort` needs a
number below or equal to it as `port`.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress: [{ports: [{port: http, endPort: 8090}]}]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
    ports: [{port: 8080, endPort: 8090}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_network_policy_port
