// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"
#include "schemas/resolve.h"
#include "schemas/schema.h"

namespace cnplint::schemas {
namespace {

/// Rewrites schemas into draft-07 that any editor reads, collecting what they refer to.
class Plain {
 public:
  explicit Plain(policy::Release release) : release_(release) {}

  Json run(const std::string& name) {
    Json root = rewrite(name, schema_file(name));
    if (!definitions_.empty()) root["definitions"] = definitions_;
    return root;
  }

 private:
  Json rewrite(const std::string& file, const Json& place) {
    Json schema = keywords_for(place, release_);
    schema.erase("definitions");
    schema.erase("$comment");  // about our files
    if (schema.contains("$ref")) {
      schema["$ref"] = "#/definitions/" + define(file, schema["$ref"].get<std::string>());
      return schema;
    }
    if (schema.contains("items")) schema["items"] = rewrite(file, Json(schema["items"]));
    if (schema.contains("additionalProperties"))
      schema["additionalProperties"] = rewrite(file, Json(schema["additionalProperties"]));
    if (schema.contains("properties")) properties(file, schema);
    translate_extensions(schema);
    return schema;
  }

  void properties(const std::string& file, Json& schema) {
    Json kept = Json::object();
    for (const auto& [field, place] : schema["properties"].items())
      if (in_release(place, "x-cilium-since", "x-cilium-until", release_))
        kept[field] = rewrite(file, place);
    schema["properties"] = kept;
    if (!schema.contains("additionalProperties")) schema["additionalProperties"] = false;
  }

  static void translate_extensions(Json& schema) {
    if (schema.value("x-kubernetes-int-or-string", false)) schema["type"] = {"integer", "string"};
    if (schema.value("x-kubernetes-list-type", "") == "set") schema["uniqueItems"] = true;
    if (schema.contains("x-kubernetes-validations")) {
      schema["anyOf"] = Json::array();
      for (const auto* field : {"spec", "specs"})
        schema["anyOf"].push_back(Json{{"required", Json::array({field})}});
    }
    for (const char* key :
         {"x-kubernetes-int-or-string", "x-kubernetes-list-type", "x-kubernetes-list-map-keys",
          "x-kubernetes-validations", "x-kubernetes-preserve-unknown-fields"})
      schema.erase(key);
    // Formats that only some validators know say nothing here.
    const std::string format = schema.value("format", "");
    if (format == "idn-hostname" || format == "cidr") schema.erase("format");
  }

  /// The name of a definition in the result: that of the file for a whole file.
  std::string define(const std::string& file, const std::string& reference) {
    const Located target = follow(file, reference);
    const std::size_t slash = reference.rfind('/');
    std::string name = slash == std::string::npos ? target.file : reference.substr(slash + 1);
    if (!definitions_.contains(name)) {
      definitions_[name] = Json::object();  // stops recursion
      definitions_[name] = rewrite(target.file, *target.value);
      definitions_[name].erase("$schema");
    }
    return name;
  }

  policy::Release release_;
  Json definitions_ = Json::object();
};

}  // namespace

std::string plain_json_schema(std::string_view name, policy::Release release) {
  return Plain(release).run(std::string(name)).dump(2) + "\n";
}

}  // namespace cnplint::schemas
