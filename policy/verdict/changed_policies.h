// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>

#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// What a node says, whatever its style and comments, appended to a text.
void add_meaning(NodeRef node, std::string& text);

/// The policies of one set that the other one does not have like that, as indices: by their name,
/// what they say, and whom their peers select (groups and Services are elsewhere).
std::set<std::uint32_t> policies_not_in(const RuleBase& base, const RuleBase& other);

}  // namespace cnplint::policy
