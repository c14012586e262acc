// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "policy/yaml/scalar.h"
#include "schemas/validator.h"

namespace cnplint::schemas {
namespace {

using policy::NodeRef;
using policy::ScalarType;

std::string listed(const std::vector<std::string>& words, std::string_view last_word) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " " + std::string(last_word) + " " : ", ";
    text += "`" + words[i] + "`";
  }
  return text;
}

std::string name_of(NodeRef node) {
  const NodeRef key = node.key();
  if (key) return base::quoted(key.text());
  const NodeRef list = node.parent().key();
  return list ? "an item of " + base::quoted(list.text()) : "the document";
}

std::string_view kind_of(NodeRef node) {
  if (node.is_mapping()) return "a mapping";
  if (node.is_sequence()) return "a list";
  switch (node.type()) {
    case ScalarType::null:
      return "null";
    case ScalarType::boolean:
      return "a boolean";
    case ScalarType::integer:
      return "an integer";
    case ScalarType::floating:
      return "a number";
    default:
      return "a string";
  }
}

std::string expected_types(const SchemaNode& schema) {
  if (schema.int_or_string) return "an integer or a string";
  std::vector<std::string> words;
  const std::pair<Types, const char*> kWords[] = {{kObject, "a mapping"}, {kArray, "a list"},
                                                  {kString, "a string"},  {kInteger, "an integer"},
                                                  {kNumber, "a number"},  {kBoolean, "a boolean"}};
  for (const auto& [type, word] : kWords)
    if ((schema.types & type) != 0) words.emplace_back(word);
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " or ") + word;
  return text;
}

/// Whether a variable stands where the value is written.
bool is_filled_in(NodeRef node) {
  constexpr std::string_view kVariable = "${";
  return node.document().composed() && node.text().find(kVariable) == std::string_view::npos &&
         node.range().text().find(kVariable) != std::string_view::npos;
}

std::string describe_type(const Violation& violation) {
  const NodeRef node = violation.node;
  std::string text = name_of(node) + " must be " + expected_types(*violation.schema) + ", not " +
                     std::string(kind_of(node));
  if (!node.is_scalar() || node.is_null()) return text;
  text += " (" + base::quoted(node.text()) + ")";
  const bool wants_string = (violation.schema->types & kString) != 0;
  if (wants_string && is_filled_in(node))
    text +=
        "; Flux drops the quotes around what it fills in: write `\"${quote}...${quote}\"`, with "
        "`quote: '\"'` among its variables";
  else if (wants_string)
    text += "; put it in quotes";
  else if (node.is_string() && (violation.schema->types & kInteger) != 0 &&
           policy::integer_value(node.text(), policy::resolve_plain(node.text())))
    text += "; write it without quotes";
  return text;
}

std::vector<std::string> branch_names(const std::vector<Branch>& branches) {
  std::vector<std::string> names;
  for (const Branch& branch : branches) names.push_back(branch.front());
  return names;
}

std::string describe_one_of(const Violation& violation) {
  std::vector<std::string> present;
  for (const std::string& field : branch_names(violation.schema->one_of))
    if (const NodeRef value = violation.node.get(field); value && !value.is_null())
      present.push_back(field);
  const std::string all = listed(branch_names(violation.schema->one_of), "and");
  if (present.empty()) return name_of(violation.node) + " must have exactly one of " + all;
  return listed(present, "and") + " exclude each other: exactly one of " + all + " is allowed";
}

bool has_field(const SchemaNode& node, const std::string& field) {
  const Property* property = node.property(field);
  return property != nullptr && property->available;
}

/// Adds the objects that have a field and stand in a field of a schema, or in a list in one.
void add_homes(const SchemaNode& outer, const std::string& field, std::vector<std::string>& homes) {
  for (const Property& property : outer.properties) {
    if (!property.available || property.schema == nullptr) continue;
    const SchemaNode* list = property.schema->items;
    const bool item = list != nullptr && has_field(*list, field);
    if (!item && !has_field(*property.schema, field)) continue;
    std::string home = property.name + (item ? "[]" : "");
    if (std::ranges::find(homes, home) == homes.end()) homes.push_back(std::move(home));
  }
}

/// Leaves the homes that a place suggests: of its own section, else of its direction; all of them
/// where there are none of these.
void prefer_near(std::vector<std::string>& homes, const std::string& path) {
  const auto keep = [&](const auto& is_near) {
    if (std::ranges::any_of(homes, is_near))
      std::erase_if(homes, [&](const std::string& home) { return !is_near(home); });
  };
  for (const std::string_view section : {"ingress", "ingressDeny", "egress", "egressDeny"}) {
    if (path.find("." + std::string(section) + "[") == std::string::npos) continue;
    const bool out = section.starts_with("egress");
    keep([&](const std::string& home) { return home == std::string(section) + "[]"; });
    keep([&](const std::string& home) {
      return !home.starts_with(out ? "from" : "to") || home.starts_with("toPorts");
    });
  }
}

/// The objects that have a field: those one level below where it was written, else all.
std::vector<std::string> homes_of(const std::string& field, const Violation& violation,
                                  const Schema& schema) {
  std::vector<std::string> homes;
  add_homes(*violation.schema, field, homes);
  // A list of specs is for those who have one.
  if (std::ranges::find(homes, "spec") != homes.end() && !violation.node.parent().get("specs"))
    std::erase(homes, "specs[]");
  if (!homes.empty()) return homes;
  for (const auto& node : schema.nodes()) add_homes(*node, field, homes);
  std::erase(homes, violation.schema->name);
  if (std::ranges::find(homes, "spec") != homes.end()) std::erase(homes, "specs[]");
  prefer_near(homes, violation.path());
  return homes;
}

std::vector<std::string_view> known_fields(const Violation& violation) {
  std::vector<std::string_view> known;
  for (const Property& property : violation.schema->properties)
    if (property.available) known.push_back(property.name);
  return known;
}

std::string describe_unknown(const Violation& violation, const Schema& schema) {
  const NodeRef key = violation.node.key();
  const std::string field(key ? key.text() : "");
  std::string text = "unknown field " + base::quoted(field);
  if (const Property* property = violation.schema->property(field)) {
    if (property->since && !property->available)
      text += ": Cilium has it since " + std::string(policy::release_name(*property->since));
    if (property->until && !property->available)
      text += ": Cilium has it up to " + std::string(policy::release_name(*property->until));
    return text;
  }
  const std::vector<std::string_view> known = known_fields(violation);
  const std::vector<std::string> homes = homes_of(field, violation, schema);
  constexpr std::size_t kMostHomes = 4;
  const std::string_view nearest = base::nearest_spelling(field, known);
  if (!nearest.empty())
    text += ", did you mean " + base::quoted(nearest) + "?";
  else if (!homes.empty() && homes.size() <= kMostHomes)
    text += ", it belongs to " + listed(homes, "or");
  else
    text += base::allowed_values_hint(field, known);
  return text;
}

std::string describe_limit(const Violation& violation) {
  const SchemaNode& schema = *violation.schema;
  const std::string name = name_of(violation.node);
  const auto items = std::to_string(violation.node.child_count());
  switch (violation.keyword) {
    case Keyword::min_length:
      return name + " must not be empty";
    case Keyword::max_length:
      return name + " is longer than " + std::to_string(*schema.max_length) + " characters";
    case Keyword::min_items:
      return name + " must not be an empty list";
    case Keyword::max_items:
      if (*schema.max_items == 0) return name + " must be empty: this release has no such rules";
      return name + " has " + items + " items, at most " + std::to_string(*schema.max_items) +
             " are allowed";
    default:
      break;
  }
  std::string range = "is out of range";
  if (schema.minimum && schema.maximum)
    range = "must be between " + std::to_string(*schema.minimum) + " and " +
            std::to_string(*schema.maximum);
  return name + " " + range + ", not " + base::quoted(violation.node.text());
}

}  // namespace

std::string describe(const Violation& violation, const Schema& schema) {
  const NodeRef node = violation.node;
  switch (violation.keyword) {
    case Keyword::type:
      return describe_type(violation);
    case Keyword::required: {
      return name_of(node) + " lacks the required field " + base::quoted(violation.field);
    }
    case Keyword::enumeration: {
      const std::vector<std::string_view> allowed(violation.schema->enumeration.begin(),
                                                  violation.schema->enumeration.end());
      return "unsupported value " + base::quoted(node.text()) + " of " + name_of(node) +
             base::allowed_values_hint(node.text(), allowed);
    }
    case Keyword::pattern:
      return base::quoted(node.text()) + " is not a valid " + name_of(node) + ", it must match " +
             base::quoted(violation.schema->pattern_text);
    case Keyword::format:
      return base::quoted(node.text()) +
             " is not a CIDR, write an address and a prefix length such as " +
             (node.text().find(':') == std::string_view::npos ? "`192.0.2.1/32`"
                                                              : "`2001:db8::1/128`");
    case Keyword::one_of:
      return describe_one_of(violation);
    case Keyword::any_of:
      return name_of(node) + " must have at least one of " +
             listed(branch_names(violation.schema->any_of), "and");
    case Keyword::duplicate:
      return base::quoted(node.text()) + " is listed twice";
    case Keyword::cel:
      return violation.schema->rules.front().message;
    case Keyword::unknown_field:
      return describe_unknown(violation, schema);
    case Keyword::null_field:
      return name_of(node) + " is null, which is the same as leaving it out";
    default:
      return describe_limit(violation);
  }
}

std::string_view nearest_field(const Violation& violation) {
  const NodeRef key = violation.node.key();
  return key ? base::nearest_spelling(key.text(), known_fields(violation)) : std::string_view();
}

std::vector<std::string> homes_of(const Violation& violation, const Schema& schema) {
  const NodeRef key = violation.node.key();
  return key ? homes_of(std::string(key.text()), violation, schema) : std::vector<std::string>();
}

}  // namespace cnplint::schemas
