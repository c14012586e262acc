// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/emit.h"

#include <yaml-cpp/yaml.h>

#include "policy/yaml/scalar.h"

namespace cnplint::policy {

void emit_text(YAML::Emitter& out, const std::string& text) {
  // A colon at the start is the end of an empty key to libyaml.
  if (resolve_plain(text) != ScalarType::string || text.starts_with(':')) out << YAML::DoubleQuoted;
  out << text;
}

void emit_entry(YAML::Emitter& out, const std::string& key, const std::string& text) {
  out << YAML::Key;
  emit_text(out, key);
  out << YAML::Value;
  emit_text(out, text);
}

}  // namespace cnplint::policy
