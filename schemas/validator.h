// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/yaml/document.h"
#include "schemas/schema.h"

namespace cnplint::schemas {

/// What of a schema a document does not keep. The last two are no rejections: the API server drops
/// such fields silently.
enum class Keyword {
  type,
  required,
  enumeration,
  pattern,
  format,
  one_of,
  any_of,
  min_length,
  max_length,
  min_items,
  max_items,
  minimum,
  maximum,
  duplicate,
  cel,
  unknown_field,
  null_field,
};

/// The JSON schema's word for a keyword: "type", "oneOf", "maxItems", ...
std::string_view keyword_name(Keyword keyword);

/// One place where a document does not keep its schema.
struct Violation {
  Keyword keyword;
  policy::NodeRef node;      ///< the culprit; for `required` the object that lacks a field
  std::string_view field;    ///< `required`: what is missing
  const SchemaNode* schema;  ///< the schema of `node`; of an unknown field, that of its object

  /// As in `spec.ingress[0].toPorts`; for `required` it ends with the missing field.
  [[nodiscard]] std::string path() const;
};

/// Validates as the API server does: unknown fields and nulls are dropped first, then types,
/// required fields, enums, patterns, formats, list types and CEL rules are checked on what is left
/// (facts/cilium-validation.md 1.1). Values with a placeholder (`${NAME}`) satisfy everything. In
/// document order, parents first.
std::vector<Violation> validate(const Schema& schema, policy::NodeRef root);

/// Whether a placeholder stands where an object or a list has to be, in what is not metadata: what
/// the document says is not known then.
bool has_unknown_structure(const Schema& schema, policy::NodeRef root);

/// The field of the object that an unknown one is nearly; empty where none is.
std::string_view nearest_field(const Violation& violation);
/// The fields that may hold an unknown one, as in `endpointSelector` or `toPorts[]`.
std::vector<std::string> homes_of(const Violation& violation, const Schema& schema);

/// A sentence for a person: what is wrong, the value, what is allowed.
std::string describe(const Violation& violation, const Schema& schema);

}  // namespace cnplint::schemas
