// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/yaml/document.h"

namespace cnplint::policy {

/// The type of a plain scalar as go.yaml.in/yaml/v2 resolves it, the reader under
/// sigs.k8s.io/yaml, kubectl and Cilium: YAML 1.1, so `yes`, `on` and `y` are booleans, `010`,
/// `0x1F`, `0b1` and `1_000` integers, `1e3` a float. Dates stay strings.
ScalarType resolve_plain(std::string_view text);

/// The value of an integer scalar (any base, underscores, sign), or of a float without a fraction,
/// which JSON does not tell from an integer. None when it does not fit 64 bits or has a fraction.
std::optional<std::int64_t> integer_value(std::string_view text, ScalarType type);

/// Whether the value of a float is a number that JSON can write: neither infinite nor none.
bool is_finite(std::string_view text);

/// The value of a boolean scalar.
bool boolean_value(std::string_view text);

/// The text that a scalar of another type than string gets as a JSON object's key.
std::string canonical_key(std::string_view text, ScalarType type);

}  // namespace cnplint::policy
