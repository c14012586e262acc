// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/model/address.h"
#include "policy/model/dns_name.h"
#include "policy/model/label.h"
#include "policy/model/port.h"
#include "policy/text/rule_text.h"
#include "policy/yaml/scalar.h"
#include "rules/each.h"
#include "rules/mending.h"
#include "rules/port_text.h"
#include "schemas/validator.h"

namespace cnplint::rules::wrong_type {
namespace {

/// A text as YAML has it where it stands for itself.
std::string written(std::string_view text) {
  const bool plain = !text.empty() &&
                     text.find_first_of("*:,[]{}#&!|>'\"%@` ") == std::string_view::npos &&
                     policy::resolve_plain(text) == policy::ScalarType::string;
  return plain ? std::string(text) : "\"" + std::string(text) + "\"";
}

/// Who refuses it: a null in a list is nothing to Cilium, and the vectors of admission take the
/// types of what else is inside metadata for a matter of Cilium's decoder alone.
std::uint8_t refused_by(const PolicyContext& context, const schemas::Violation& violation) {
  if (!policy::is_cilium(context.policy.kind)) return kApiServer;
  const std::string_view list = field_name(violation.node.parent());
  if (violation.node.is_null()) return list == "specs" ? kApiServer | kCilium : kApiServer;
  if (list == "labels" && violation.node.is_string()) return kApiServer;  // Cilium parses labels
  const std::string path = violation.path();
  if (path == "metadata.name" || path == "metadata.namespace") return kApiServer | kCilium;
  return path.starts_with("metadata.") ? kCilium : kApiServer | kCilium;
}

/// A name or pattern as an item of a list of names.
std::string name_item(std::string_view text) {
  if (!policy::is_dns_match_pattern(text)) return {};
  return (text.find('*') == std::string_view::npos ? "matchName: " : "matchPattern: ") +
         written(text);
}

/// What an item is to be that is a text, where its list is one of objects; empty where it does not
/// look like anything.
std::string object_for(std::string_view list, std::string_view text, policy::PolicyKind kind) {
  if (list == "toFQDNs" || list == "dns") return name_item(text);
  const bool is_prefix = policy::parse_prefix(text).has_value();
  if (list.ends_with("CIDRSet") && is_prefix) return "cidr: " + written(text);
  if ((list == "from" || list == "to") && is_prefix)
    return "ipBlock: {cidr: " + written(text) + "}";
  if (list == "ports" && (policy::port_number(text) || policy::is_port_name(text)))
    return policy::is_cilium(kind) ? "port: \"" + std::string(text) + "\""
                                   : "port: " + std::string(text);
  const std::size_t equals = text.find('=');
  if (!list.ends_with("Endpoints") || equals == std::string_view::npos) return {};
  const std::string_view value = text.substr(equals + 1);
  if (!policy::is_label_value(value)) return {};
  return "matchLabels: {" + std::string(text.substr(0, equals)) + ": " + written(value) + "}";
}

/// The list of CIDRs alone that stands beside one of CIDRs with exceptions.
std::string plain_list(std::string_view set) {
  constexpr std::string_view kSet = "Set";
  return std::string(set.substr(0, set.size() - kSet.size()));
}

/// What to write where a list of one kind of items has those of another.
std::string hint(const schemas::Violation& violation, policy::PolicyKind kind) {
  const NodeRef node = violation.node;
  if (node.is_null() || is_placeholder(node)) return {};
  const schemas::SchemaNode& schema = *violation.schema;
  if (node.is_string() && schema.types == schemas::kArray && schema.items != nullptr &&
      (schema.items->types & schemas::kString) != 0)
    return "; write `[" + written(node.text()) + "]`";
  if (node.is_mapping() && field_name(node) == "specs") return "; one alone is `spec`";
  const std::string_view list = field_name(node.parent());
  if (node.is_scalar() && schema.types == schemas::kObject) {
    const std::string object = object_for(list, node.text(), kind);
    if (object.empty()) return {};
    const bool is_set = list.ends_with("CIDRSet");
    return "; write `" + object + "`" +
           (is_set ? ", or `" + plain_list(list) + "` for the list" : "");
  }
  if (node.is_scalar() && field_name(node) == "port") {
    const std::string known = port_text_problem(node.text(), kind);
    return known.empty() ? known : "; " + known;
  }
  const NodeRef cidr = node.get("cidr");
  if (list.ends_with("CIDR") && cidr.is_scalar() && !is_placeholder(cidr))
    return "; write " + quoted(cidr.text()) + ", or `" + std::string(list) + "Set` for the list";
  return {};
}

/// A value of the type that the schema has, where a scalar stands that is one in other words.
std::optional<policy::Value> as_scalar(const schemas::Violation& violation) {
  using policy::Value;
  const NodeRef node = violation.node;
  const schemas::SchemaNode& schema = *violation.schema;
  if (!node.is_scalar() || node.is_null()) return std::nullopt;
  const std::string text(node.text());
  if ((schema.types & schemas::kString) != 0 && !node.is_string()) {
    if (field_name(node) != "port") return Value::quoted(text);
    const auto number = policy::integer_value(text, node.type());
    constexpr std::int64_t kLargest = 65535;
    if (!number || *number < 0 || *number > kLargest) return std::nullopt;
    return Value::quoted(std::to_string(*number));
  }
  if (!node.is_string()) return std::nullopt;
  const policy::ScalarType plain = policy::resolve_plain(text);
  if ((schema.types & schemas::kInteger) != 0)
    if (const auto number = policy::integer_value(text, plain); number && *number >= 0)
      return Value::number(static_cast<std::uint64_t>(*number));
  if ((schema.types & schemas::kBoolean) != 0 && plain == policy::ScalarType::boolean)
    return Value::boolean(policy::boolean_value(text));
  return std::nullopt;
}

/// The list or object that a text, or an object, was to be.
std::optional<policy::Value> as_item(const schemas::Violation& violation) {
  using policy::Value;
  const NodeRef node = violation.node;
  const schemas::SchemaNode& schema = *violation.schema;
  const std::string_view list = field_name(node.parent());
  const std::string text(node.text());
  if (node.is_string() && schema.types == schemas::kArray && schema.items != nullptr &&
      (schema.items->types & schemas::kString) != 0)
    return text.empty() ? std::optional<Value>() : Value::list({Value::text(text)}).in_line();
  if (node.is_string() && schema.types == schemas::kObject) {
    if ((list == "toFQDNs" || list == "dns") && policy::is_dns_match_pattern(text))
      return policy::dns_name_value(text);
    if (list.ends_with("CIDRSet") && policy::parse_prefix(text))
      return Value::map({{"cidr", Value::text(text)}}).in_line();
  }
  const NodeRef cidr = node.get("cidr");
  if (list.ends_with("CIDR") && cidr.is_string() && node.child_count() == 1)
    return Value::text(std::string(cidr.text()));
  return std::nullopt;
}

void check(const PolicyContext& context, Report& report) {
  for (const schemas::Violation& violation : context.violations) {
    if (violation.keyword != schemas::Keyword::type) continue;
    lint::Finding& finding = report.reject(
        violation.node, refused_by(context, violation),
        schemas::describe(violation, context.schema) + hint(violation, context.policy.kind));
    if (is_placeholder(violation.node)) continue;
    std::optional<policy::Value> value = as_scalar(violation);
    if (!value) value = as_item(violation);
    if (value)
      mend(finding, context.policy, "write `" + policy::in_flow(*value) + "`",
           {policy::set(violation.node, *value)});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "wrong-type",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a value of another type than the schema has",
    .why =
        R"(YAML decides types by the look of a value: a bare `80` is a number, a bare `on`, `yes` or `y` a
boolean, and `010` the number 8. The API server refuses the object when a string is expected there,
and Cilium cannot decode it either. Put the value in quotes.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: 8080, protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .structural = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::wrong_type
