// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include "policy/model/port.h"
#include "policy/yaml/scalar.h"
#include "rules/each.h"

namespace cnplint::rules::end_port_without_effect {
namespace {

std::optional<std::int64_t> number_of(NodeRef node) {
  if (!node.is_scalar() || node.is_null()) return std::nullopt;
  return policy::integer_value(node.text(), node.type());
}

void check_named(const RuleItem& item, NodeRef end, Report& report) {
  if (item.direction == Direction::egress) {
    report.add(end, "`endPort` beside the name of a port counts for nothing in egress").fix =
        lint::safe_fix("write the numbers, or take `endPort` out", {policy::remove(end)});
    return;
  }
  lint::Finding& finding =
      report.add(end, "the range begins at the number that each pod gives the name");
  finding.severity = lint::Severity::note;
  finding.fix.title = "write numbers where a range is meant";
}

void check_port(const PolicyContext& context, const RuleItem& item, NodeRef port, Report& report) {
  const NodeRef first = port.get("port");
  const NodeRef end = port.get("endPort");
  const auto last = number_of(end);
  if (!last || is_placeholder(first)) return;
  if (policy::is_port_name(first.text())) return check_named(item, end, report);
  const auto number = policy::port_number(first.text());
  if (!number) return;
  constexpr policy::Release kEveryPort{20};
  const std::string alone = std::to_string(*number);
  if (*number == 0 && *last > 0) {
    report
        .add(end,
             context.environment.cilium >= kEveryPort
                 ? "port `0` is every port, whatever `endPort` says"
                 : "from port `0` this is a range up to Cilium 1.19, and every port since 1.20")
        .fix.title = "begin the range at port 1";
  } else if (*last > 0 && *last < *number) {
    report
        .add(end, "`endPort` " + std::to_string(*last) + " is below port " + alone +
                      ": only port " + alone + " is meant")
        .fix.title = "write the larger number as `endPort`, or take it out";
  }
}

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem& item, const policy::PortRule& rule) {
    for (const NodeRef port : rule.ports) check_port(context, item, port, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "end-port-without-effect",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a range of ports whose end counts for nothing",
    .why =
        R"(Cilium takes `endPort` only where it is a number above `port`. A smaller one is as if it were not there, and so is one beside
the name of a port in egress: the policy opens one port where a range was meant. Nobody refuses it in a
CiliumNetworkPolicy; the API server does in a NetworkPolicy.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8090", endPort: 8080, protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", endPort: 8090, protocol: TCP}]}]
)"},
    .facts = "D20 A5.6",
    .check_policy = check,
};

}  // namespace cnplint::rules::end_port_without_effect
