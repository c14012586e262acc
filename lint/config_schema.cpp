// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "lint/config.h"
#include "schemas/schema.h"

namespace cnplint::lint {

std::string config_json_schema(std::span<const Rule* const> rules) {
  using Json = nlohmann::ordered_json;
  Json schema = Json::parse(schemas::plain_json_schema("cnplintconfig", {}));
  // Editors read YAML 1.2 or 1.1: a bare off may arrive as the boolean false.
  const Json level = {{"enum", {"off", "note", "warning", "error", false}}};
  Json properties = Json::object();
  for (const Rule* rule : rules) {
    Json options = {{"severity", level}};
    for (const Option& option : rule->options)
      options[std::string(option.name)] = {
          {"description", option.description}, {"type", "array"}, {"items", {{"type", "string"}}}};
    const Json detailed = {
        {"type", "object"}, {"properties", options}, {"additionalProperties", false}};
    properties[std::string(rule->name)] = {{"description", rule->summary},
                                           {"anyOf", {level, detailed}}};
  }
  schema["definitions"]["Rules"] = {
      {"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  return schema.dump(2) + "\n";
}

}  // namespace cnplint::lint
