// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/environment.h"

namespace re2 {
class RE2;
}

namespace cnplint::schemas {

/// JSON types as bits; a schema without `type` allows all.
enum Types : std::uint8_t {
  kNone = 0,
  kObject = 1,
  kArray = 2,
  kString = 4,
  kInteger = 8,
  kNumber = 16,
  kBoolean = 32,
};

struct SchemaNode;

/// A field of an object. `available` says whether the chosen release has it.
struct Property {
  std::string name;
  const SchemaNode* schema = nullptr;
  std::optional<policy::Release> since;
  std::optional<policy::Release> until;
  bool available = true;
};

/// One alternative of oneOf or anyOf: the fields that must be present.
using Branch = std::vector<std::string>;

/// `has(self.a) || has(self.b)`, the one form of CEL rule that the CRDs use.
struct HasRule {
  std::vector<std::string> fields;
  std::string message;
};

/// One JSON schema, compiled for one release. Owned by its Schema.
struct SchemaNode {
  std::string name;  ///< the field it was first reached by, for messages: "toPorts[]"
  std::uint8_t types = kNone;
  bool int_or_string = false;
  bool preserves_unknown = false;
  bool unique_items = false;
  std::vector<Property> properties;  ///< in the order of the schema file
  std::vector<std::string> required;
  std::vector<Branch> one_of;
  std::vector<Branch> any_of;
  std::vector<HasRule> rules;
  std::vector<std::string> unique_keys;  ///< list-map keys
  const SchemaNode* items = nullptr;
  const SchemaNode* additional = nullptr;
  std::vector<std::string> enumeration;
  std::string pattern_text;
  std::shared_ptr<re2::RE2> pattern;
  bool format_cidr = false;
  std::optional<std::int64_t> minimum, maximum, min_length, max_length, min_items, max_items;

  [[nodiscard]] const Property* property(std::string_view field) const;
};

/// A compiled schema and everything it refers to.
class Schema {
 public:
  [[nodiscard]] const SchemaNode& root() const { return *root_; }
  /// Every node, for questions such as "where else is there a field of this name".
  [[nodiscard]] const std::vector<std::unique_ptr<SchemaNode>>& nodes() const { return nodes_; }

 private:
  friend class Compiler;
  std::vector<std::unique_ptr<SchemaNode>> nodes_;
  const SchemaNode* root_ = nullptr;
};

/// The names of the bundled schemas, lower case: "ciliumnetworkpolicy", "cnplintconfig", ...
std::vector<std::string_view> bundled_schema_names();

/// A bundled schema for a release; the name must be one of bundled_schema_names().
Schema compile_schema(std::string_view name, policy::Release release);

/// The schema as plain draft-07 JSON for editors: marks resolved for the release, references to
/// other files copied in, unknown fields forbidden. Ends with a line break.
std::string plain_json_schema(std::string_view name, policy::Release release);

/// The text of an embedded resource; aborts for an unknown name.
std::string_view embedded_schema(std::string_view name);

}  // namespace cnplint::schemas
