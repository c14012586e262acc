// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include <map>

#include "base/check.h"
#include "schemas/resolve.h"
#include "schemas/schema.h"

namespace cnplint::schemas {

const Property* SchemaNode::property(std::string_view field) const {
  for (const Property& property : properties)
    if (property.name == field) return &property;
  return nullptr;
}

namespace {

std::uint8_t type_bit(const std::string& name) {
  static const std::map<std::string, std::uint8_t> kBits{
      {"object", kObject},   {"array", kArray},   {"string", kString},
      {"integer", kInteger}, {"number", kNumber}, {"boolean", kBoolean}};
  return kBits.at(name);
}

void read_types(const Json& schema, SchemaNode& node) {
  if (!schema.contains("type")) return;
  const Json& type = schema["type"];
  if (type.is_string())
    node.types = type_bit(type.get<std::string>());
  else
    for (const Json& each : type) node.types |= type_bit(each.get<std::string>());
}

void read_limits(const Json& schema, SchemaNode& node) {
  const std::pair<const char*, std::optional<std::int64_t>*> limits[] = {
      {"minimum", &node.minimum},      {"maximum", &node.maximum},
      {"minLength", &node.min_length}, {"maxLength", &node.max_length},
      {"minItems", &node.min_items},   {"maxItems", &node.max_items}};
  for (const auto& [key, limit] : limits)
    if (schema.contains(key)) *limit = schema[key].get<std::int64_t>();
}

void read_values(const Json& schema, SchemaNode& node) {
  if (schema.contains("enum"))
    for (const Json& value : schema["enum"]) node.enumeration.push_back(value.get<std::string>());
  if (schema.contains("pattern")) {
    node.pattern_text = schema["pattern"].get<std::string>();
    node.pattern = std::make_shared<re2::RE2>(node.pattern_text);
    CNPLINT_CHECK(node.pattern->ok());
  }
  // Kubernetes enforces `cidr`; it does not know idn-hostname, int32 and int64 as formats.
  node.format_cidr = schema.value("format", "") == "cidr";
}

std::vector<Branch> read_branches(const Json& schema, const char* keyword) {
  std::vector<Branch> branches;
  if (schema.contains(keyword))
    for (const Json& branch : schema[keyword])
      branches.push_back(branch.at("required").get<Branch>());
  return branches;
}

void read_rules(const Json& schema, SchemaNode& node) {
  if (!schema.contains("x-kubernetes-validations")) return;
  for (const Json& each : schema["x-kubernetes-validations"]) {
    static const re2::RE2 kHas(R"(has\(self\.(\w+)\))");
    const std::string text = each.at("rule").get<std::string>();
    HasRule rule;
    rule.message = each.at("message").get<std::string>();
    re2::StringPiece rest(text);
    std::string field;
    while (re2::RE2::FindAndConsume(&rest, kHas, &field)) rule.fields.push_back(field);
    CNPLINT_CHECK(!rule.fields.empty());
    node.rules.push_back(std::move(rule));
  }
}

}  // namespace

/// Turns schema JSON into SchemaNodes; each place is compiled once, so references may be shared.
class Compiler {
 public:
  explicit Compiler(policy::Release release) : release_(release) {}

  Schema run(std::string_view name) {
    schema_.root_ = compile(std::string(name), schema_file(name), "");
    return std::move(schema_);
  }

 private:
  const SchemaNode* compile(const std::string& file, const Json& place, const std::string& name) {
    if (const auto done = done_.find(&place); done != done_.end()) return done->second;
    const Json schema = keywords_for(place, release_);
    if (schema.contains("$ref")) {
      const Located target = follow(file, schema["$ref"].get<std::string>());
      return done_[&place] = compile(target.file, *target.value, name);
    }
    SchemaNode& node = *schema_.nodes_.emplace_back(std::make_unique<SchemaNode>());
    done_[&place] = &node;
    node.name = name;
    read_types(schema, node);
    read_limits(schema, node);
    read_values(schema, node);
    read_rules(schema, node);
    node.int_or_string = schema.value("x-kubernetes-int-or-string", false);
    node.preserves_unknown = schema.value("x-kubernetes-preserve-unknown-fields", false);
    node.unique_items = schema.value("x-kubernetes-list-type", "") == "set";
    node.unique_keys = schema.value("x-kubernetes-list-map-keys", std::vector<std::string>());
    node.required = schema.value("required", std::vector<std::string>());
    node.one_of = read_branches(schema, "oneOf");
    node.any_of = read_branches(schema, "anyOf");
    children(file, schema, node);
    return &node;
  }

  void children(const std::string& file, const Json& schema, SchemaNode& node) {
    // The JSON is a copy for this release; keep it, for its addresses identify places.
    const Json& kept = kept_.emplace_back(std::make_unique<Json>(schema)).operator*();
    if (kept.contains("properties"))
      for (const auto& [field, place] : kept["properties"].items())
        node.properties.push_back(property(file, field, place));
    if (kept.contains("items")) node.items = compile(file, kept["items"], node.name + "[]");
    if (kept.contains("additionalProperties"))
      node.additional = compile(file, kept["additionalProperties"], node.name + ".*");
  }

  Property property(const std::string& file, const std::string& field, const Json& place) {
    Property result{field, nullptr, {}, {}, true};
    if (place.contains("x-cilium-since"))
      result.since = policy::parse_release(place["x-cilium-since"].get<std::string>());
    if (place.contains("x-cilium-until"))
      result.until = policy::parse_release(place["x-cilium-until"].get<std::string>());
    result.available = in_release(place, "x-cilium-since", "x-cilium-until", release_);
    result.schema = compile(file, place, field);
    return result;
  }

  policy::Release release_;
  Schema schema_;
  std::map<const Json*, const SchemaNode*> done_;
  std::vector<std::unique_ptr<Json>> kept_;
};

Schema compile_schema(std::string_view name, policy::Release release) {
  return Compiler(release).run(name);
}

}  // namespace cnplint::schemas
