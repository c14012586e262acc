// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/model/port.h"
#include "policy/yaml/scalar.h"
#include "rules/each.h"

namespace cnplint::rules::octal_port {
namespace {

/// Whether a number is written with a zero in front, which makes it octal, or with underscores.
bool is_odd(std::string_view text) {
  return (text.size() > 1 && text.front() == '0') || text.find('_') != std::string_view::npos;
}

/// The numbers that a text is one of, going by its prefix.
const char* base_of(std::string_view digits) {
  if (digits.starts_with("0x") || digits.starts_with("0X")) return "hexadecimal";
  if (digits.starts_with("0b") || digits.starts_with("0B")) return "binary";
  return "octal";
}

void check_number(NodeRef node, Report& report) {
  if (!node.is_scalar() || is_placeholder(node) || !is_odd(node.text())) return;
  std::optional<std::int64_t> value;
  if (node.type() == policy::ScalarType::integer)
    value = policy::integer_value(node.text(), node.type());
  else if (const auto port = policy::port_number(node.text());
           port && !policy::is_port_name(node.text()))
    value = *port;
  if (!value) return;
  const std::string number = std::to_string(*value);
  std::string digits(node.text());
  std::erase(digits, '_');
  if (digits == number) return;
  const std::string meant =
      digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  lint::Finding& finding = report.add(
      node, quoted(node.text()) + " is " + base_of(digits) + ": it means port " + number);
  const auto port = policy::port_number(meant);  // none of `0x1F90`
  if (port)
    finding.fix =
        lint::unsafe_fix("write " + quoted(meant) + ": opens that port, and closes " + number,
                         {node.is_string() ? policy::set_text(node, meant)
                                           : policy::set(node, policy::Value::number(*port))});
}

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules)
      for (const NodeRef port : rule.ports) {
        check_number(port.get("port"), report);
        check_number(port.get("endPort"), report);
      }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "octal-port",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a port with a zero in front, which is read as octal",
    .why =
        R"(Cilium reads the text of a port as Go reads numbers, and YAML reads bare ones in the same way: `010` is 8, `0777` is 511. Nobody
complains as long as all digits are below 8.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "0110", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "110", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "110", protocol: TCP}]}]
)"},
    .facts = "V051 A5.6",
    .check_policy = check,
};

}  // namespace cnplint::rules::octal_port
