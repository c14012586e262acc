// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "flows/flow.h"

namespace cnplint::flows {

/// Fields without which connections cannot be read or their ends not be named, a bit each: masks of
/// exporters leave fields out of all flows.
using FieldSet = std::uint8_t;

struct NeededField {
  FieldSet bit;
  std::string_view name;  ///< as field masks have it
};
inline constexpr FieldSet kL4Field = 1;
inline constexpr std::array<NeededField, 3> kNeededFields{
    {{kL4Field, "l4"}, {2, "source.labels"}, {4, "destination.labels"}}};
inline constexpr FieldSet kAllFields = 7;

/// Which of these a flow has. Flat forms have what they have: all.
FieldSet fields_of(const Flow& flow);

/// The names of those that are not in a set.
std::vector<std::string_view> fields_without(FieldSet fields);

}  // namespace cnplint::flows
