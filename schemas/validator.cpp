// SPDX-License-Identifier: Apache-2.0
#include "schemas/validator.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "policy/model/address.h"
#include "policy/yaml/scalar.h"
#include "policy/yaml/template.h"

namespace cnplint::schemas {

using policy::NodeRef;
using policy::ScalarType;

std::string_view keyword_name(Keyword keyword) {
  constexpr std::array<std::string_view, 17> kNames{
      "type",    "required",  "enum",      "pattern",  "format",   "oneOf",
      "anyOf",   "minLength", "maxLength", "minItems", "maxItems", "minimum",
      "maximum", "duplicate", "cel",       "unknown",  "null"};
  return kNames[static_cast<std::size_t>(keyword)];
}

std::string Violation::path() const {
  std::string path = policy::path_of(node);
  if (field.empty()) return path;
  return path.empty() ? std::string(field) : path + "." + std::string(field);
}

namespace {

bool is_present(NodeRef object, std::string_view field) {
  const NodeRef value = object.get(field);
  return value && !value.is_null();
}

class Validator {
 public:
  std::vector<Violation> run(const SchemaNode& schema, NodeRef root) {
    check(schema, root);
    return std::move(violations_);
  }

 private:
  void report(Keyword keyword, const SchemaNode& schema, NodeRef node,
              std::string_view field = {}) {
    violations_.push_back({keyword, node, field, &schema});
  }

  void check(const SchemaNode& schema, NodeRef node) {
    if (schema.preserves_unknown) return;
    if (node.is_mapping())
      object(schema, node);
    else if (node.is_sequence())
      array(schema, node);
    else
      scalar(schema, node);
  }

  /// Fields are pruned by what the schema lists, also where the type is wrong (and reported).
  void object(const SchemaNode& schema, NodeRef node) {
    if (!allows(schema, kObject))
      report(Keyword::type, schema, node);
    else
      branches(schema, node);
    node.each_entry([&](NodeRef key, NodeRef value) {
      const Property* property = schema.property(key.text());
      const SchemaNode* below =
          property != nullptr && property->available ? property->schema : schema.additional;
      if (below == nullptr)
        report(Keyword::unknown_field, schema, value);
      else if (value.is_null())
        report(Keyword::null_field, *below, value);
      else
        check(*below, value);
    });
  }

  void branches(const SchemaNode& schema, NodeRef node) {
    for (const std::string& field : schema.required)
      if (!is_present(node, field)) report(Keyword::required, schema, node, field);
    const auto holds = [&](const Branch& branch) {
      return std::ranges::all_of(branch,
                                 [&](const auto& field) { return is_present(node, field); });
    };
    if (!schema.one_of.empty() && std::ranges::count_if(schema.one_of, holds) != 1)
      report(Keyword::one_of, schema, node);
    if (!schema.any_of.empty() && std::ranges::none_of(schema.any_of, holds))
      report(Keyword::any_of, schema, node);
    for (const HasRule& rule : schema.rules)
      if (std::ranges::none_of(rule.fields, [&](const auto& f) { return is_present(node, f); }))
        report(Keyword::cel, schema, node);
  }

  void array(const SchemaNode& schema, NodeRef node) {
    if (!allows(schema, kArray)) return report(Keyword::type, schema, node);
    const auto count = static_cast<std::int64_t>(node.child_count());
    if (schema.min_items && count < *schema.min_items) report(Keyword::min_items, schema, node);
    if (schema.max_items && count > *schema.max_items) report(Keyword::max_items, schema, node);
    if (schema.items != nullptr) node.each_item([&](NodeRef item) { check(*schema.items, item); });
    if (schema.unique_items || !schema.unique_keys.empty()) repeats(schema, node);
  }

  void repeats(const SchemaNode& schema, NodeRef node) {
    std::set<std::string> seen;
    node.each_item([&](NodeRef item) {
      const bool by_keys = !schema.unique_keys.empty();
      if (!seen.insert(by_keys ? identity(schema, item) : std::string(item.text())).second)
        report(Keyword::duplicate, schema, item);
    });
  }

  static std::string identity(const SchemaNode& schema, NodeRef item) {
    std::string key;
    for (const std::string& field : schema.unique_keys)
      key += std::string(item.get(field).text()) + '\n';
    return key;
  }

  void scalar(const SchemaNode& schema, NodeRef node) {
    const std::string_view text = node.text();
    if (policy::has_placeholder(text)) return;
    if (!scalar_type_fits(schema, node)) report(Keyword::type, schema, node);
    if (!schema.enumeration.empty() &&
        std::ranges::find(schema.enumeration, text) == schema.enumeration.end())
      report(Keyword::enumeration, schema, node);
    if (node.is_string()) string(schema, node);
    if (!schema.minimum && !schema.maximum) return;
    const auto value = policy::integer_value(text, node.type());
    if (!value) return;
    if (schema.minimum && *value < *schema.minimum) report(Keyword::minimum, schema, node);
    if (schema.maximum && *value > *schema.maximum) report(Keyword::maximum, schema, node);
  }

  void string(const SchemaNode& schema, NodeRef node) {
    const std::string_view text = node.text();
    const auto length = static_cast<std::int64_t>(base::code_points(text));
    if (schema.min_length && length < *schema.min_length) report(Keyword::min_length, schema, node);
    if (schema.max_length && length > *schema.max_length) report(Keyword::max_length, schema, node);
    if (schema.pattern &&
        !re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *schema.pattern))
      report(Keyword::pattern, schema, node);
    if (schema.format_cidr && !policy::is_sloppy_cidr(text)) report(Keyword::format, schema, node);
  }

  static bool allows(const SchemaNode& schema, Types type) {
    return (schema.types == kNone && !schema.int_or_string) || (schema.types & type) != 0;
  }

  static bool scalar_type_fits(const SchemaNode& schema, NodeRef node) {
    if (schema.types == kNone && !schema.int_or_string) return true;
    switch (node.type()) {
      case ScalarType::string:
        return schema.int_or_string || (schema.types & kString) != 0;
      case ScalarType::boolean:
        return (schema.types & kBoolean) != 0;
      case ScalarType::null:
        return false;
      default:
        break;
    }
    if ((schema.types & kNumber) != 0) return true;
    const bool whole = policy::integer_value(node.text(), node.type()).has_value();
    return whole && (schema.int_or_string || (schema.types & kInteger) != 0);
  }

  std::vector<Violation> violations_;
};

}  // namespace

namespace {

bool is_unknown(const SchemaNode& schema, NodeRef node) {
  constexpr unsigned kScalars = kString | kInteger | kNumber | kBoolean;
  if (node.is_scalar())
    return schema.types != kNone && (schema.types & kScalars) == 0 && !schema.int_or_string &&
           policy::has_placeholder(node.text());
  bool unknown = false;
  if (schema.items != nullptr)
    node.each_item([&](NodeRef item) { unknown = unknown || is_unknown(*schema.items, item); });
  node.each_entry([&](NodeRef key, NodeRef value) {
    const Property* property = schema.property(key.text());
    const SchemaNode* below = property != nullptr ? property->schema : schema.additional;
    unknown = unknown || (below != nullptr && is_unknown(*below, value));
  });
  return unknown;
}

}  // namespace

bool has_unknown_structure(const Schema& schema, NodeRef root) {
  return std::ranges::any_of(schema.root().properties, [&](const Property& field) {
    return field.name != "metadata" && field.schema != nullptr &&
           is_unknown(*field.schema, root.get(field.name));
  });
}

std::vector<Violation> validate(const Schema& schema, NodeRef root) {
  return Validator().run(schema.root(), root);
}

}  // namespace cnplint::schemas
