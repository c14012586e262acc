// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>

#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// Whether the order of lists has a meaning.
enum class Order : std::uint8_t { as_written, any };

/// What a node says, whatever its style, its comments and the order of its fields, appended to a
/// text.
void add_meaning(NodeRef node, std::string& text, Order order = Order::as_written);

/// The policies of each of two sets that the other one does not have like that, as indices: by
/// their name, what they say, and whom their peers select (groups and Services are elsewhere).
std::array<std::set<std::uint32_t>, 2> changed_policies(const RuleBase& before,
                                                        const RuleBase& after);

}  // namespace cnplint::policy
