// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "policy/yaml/document.h"
#include "policy/yaml/scalar.h"

namespace cnplint::tests {

/// A node as JSON, with the types that it has for the API server; `number` says what becomes of a
/// number.
template <class Number>
nlohmann::json node_json(policy::NodeRef node, const Number& number) {
  using nlohmann::json;
  if (node.is_sequence()) {
    json list = json::array();
    node.each_item([&](policy::NodeRef item) { list.push_back(node_json(item, number)); });
    return list;
  }
  if (node.is_mapping()) {
    json object = json::object();
    node.each_entry([&](policy::NodeRef key, policy::NodeRef value) {
      object[key.key_text()] = node_json(value, number);
    });
    return object;
  }
  switch (node.type()) {
    case policy::ScalarType::null:
      return nullptr;
    case policy::ScalarType::boolean:
      return policy::boolean_value(node.text());
    case policy::ScalarType::integer:
    case policy::ScalarType::floating:
      return number(node);
    default:
      return std::string(node.text());
  }
}

}  // namespace cnplint::tests
