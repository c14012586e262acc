// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace YAML {
class Emitter;
}

namespace cnplint::policy {

/// Writes a string so that YAML 1.1, which Kubernetes reads, takes it for one: `on`, `y` and `010`
/// need quotes that YAML 1.2 does not ask for.
void emit_text(YAML::Emitter& out, const std::string& text);
/// Writes a key and a string.
void emit_entry(YAML::Emitter& out, const std::string& key, const std::string& text);

}  // namespace cnplint::policy
