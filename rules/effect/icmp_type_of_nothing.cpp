// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include "policy/model/icmp.h"
#include "policy/yaml/scalar.h"
#include "rules/each.h"

namespace cnplint::rules::icmp_type_of_nothing {
namespace {

constexpr std::int64_t kLargestType = 255;

/// The types that are used in a family: the echo request, and where the other family's begin.
constexpr std::int64_t kEcho4 = 8;
constexpr std::int64_t kLargest4 = 43;
constexpr std::int64_t kFirst6 = 100;  // below are few, of errors
constexpr std::int64_t kLargestError6 = 4;
constexpr std::int64_t kEcho6 = 128;
constexpr std::int64_t kLargest6 = 161;

/// What is wrong with a type given as a number; empty where nothing is.
std::string problem_of(std::int64_t type, bool v6) {
  if (type > kLargestType) return "there is no ICMP type above 255: this matches nothing";
  if (!v6 && type >= kEcho6 && type <= kLargest6)
    return "type " + std::to_string(type) + " is one of IPv6" +
           (type == kEcho6 ? " (its echo request)" : "") + ", and the family here is IPv4";
  if (v6 && type > kLargestError6 && type < kFirst6 && type <= kLargest4)
    return "type " + std::to_string(type) + " is one of IPv4" +
           (type == kEcho4 ? " (its echo request)" : "") + ", and the family here is IPv6";
  return {};
}

void check_field(NodeRef field, Report& report) {
  const NodeRef type = field.get("type");
  if (!type.is_scalar() || is_placeholder(type) || is_placeholder(field.get("family"))) return;
  std::optional<std::int64_t> value = policy::integer_value(type.text(), type.type());
  if (!value && !type.text().empty() &&
      type.text().find_first_not_of("0123456789") == std::string_view::npos)
    value = policy::read_icmp_type(field);
  if (!value) return;
  const bool v6 = policy::is_icmp_v6(field);
  const std::string problem = problem_of(*value, v6);
  if (problem.empty()) return;
  lint::Finding& finding = report.add(type, problem);
  if (*value > kLargestType) return;
  if (*value == kEcho4 || *value == kEcho6)
    finding.fix.title =
        v6 ? "write `EchoRequest`, or `family: IPv4`" : "write `EchoRequest`, or `family: IPv6`";
  else
    finding.fix.title = v6 ? "write `family: IPv4`" : "write `family: IPv6`";
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    each_icmp_field(item, [&](NodeRef field) { check_field(field, report); });
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "icmp-type-of-nothing",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an ICMP type that does not exist, or is one of the other family",
    .why =
        R"(Numbers of ICMP types are not checked: above 255 there is none, and 128 is the echo request of IPv6 but nothing in IPv4,
which is the family where none is written. Such a field opens nothing. Names (`EchoRequest`) mean the right number in each
family; a ping over both families needs a field for each.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{}]
    icmps: [{fields: [{type: 128}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{}]
    icmps: [{fields: [{type: 128, family: IPv6}]}]
)"},
    .facts = "P713 A5.6",
    .check_policy = check,
};

}  // namespace cnplint::rules::icmp_type_of_nothing
