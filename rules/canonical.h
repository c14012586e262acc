// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "policy/yaml/document.h"

namespace cnplint::rules {

/// A text that two nodes share where they say the same, whatever their style and the order of
/// their keys.
inline std::string canonical(policy::NodeRef node) {
  const auto sized = [](std::string_view text) {
    return std::to_string(text.size()) + ":" + std::string(text);
  };
  if (node.is_scalar()) {
    const bool text = node.type() == policy::ScalarType::string;
    return (text ? "s" : "v") + sized(node.text());
  }
  std::string result = node.is_sequence() ? "[" : "{";
  node.each_item([&](policy::NodeRef item) { result += canonical(item); });
  std::vector<std::string> entries;
  node.each_entry([&](policy::NodeRef key, policy::NodeRef value) {
    if (!value.is_null()) entries.push_back(sized(key.text()) + canonical(value));
  });
  std::ranges::sort(entries);
  for (const std::string& each : entries) result += each;
  return result + (node.is_sequence() ? "]" : "}");
}

/// A hash that two nodes share where their canonical texts are the same; much quicker than these.
inline std::uint64_t canonical_hash(policy::NodeRef node) {
  if (node.is_scalar())
    return base::mixed(node.type() == policy::ScalarType::string ? 1 : 2, base::hash(node.text()));
  std::uint64_t result = node.is_sequence() ? 3 : 4;
  node.each_item([&](policy::NodeRef item) { result = base::mixed(result, canonical_hash(item)); });
  std::uint64_t entries = 0;  // a sum, as their order says nothing
  node.each_entry([&](policy::NodeRef key, policy::NodeRef value) {
    if (!value.is_null()) entries += base::mixed(base::hash(key.text()), canonical_hash(value));
  });
  return base::mixed(result, entries);
}

}  // namespace cnplint::rules
