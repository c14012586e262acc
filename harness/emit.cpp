// SPDX-License-Identifier: Apache-2.0
#include "harness/emit.h"

#include <yaml-cpp/yaml.h>

#include "policy/yaml/scalar.h"

namespace cnplint::harness {

void emit_text(YAML::Emitter& out, const std::string& text) {
  if (policy::resolve_plain(text) != policy::ScalarType::string) out << YAML::DoubleQuoted;
  out << text;
}

void emit_entry(YAML::Emitter& out, const std::string& key, const std::string& text) {
  out << YAML::Key;
  emit_text(out, key);
  out << YAML::Value;
  emit_text(out, text);
}

}  // namespace cnplint::harness
