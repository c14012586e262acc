// SPDX-License-Identifier: Apache-2.0
//
// Rules that another one makes void: a deny that beats them, an allow that is wider.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "policy/verdict/rule.h"

namespace cnplint::rules {

/// Positions of rules in a rule base.
using RuleIndices = std::vector<std::uint32_t>;

/// `20 rules of 7 other policies`, or the name of the policy where it is one.
std::string counted_rules(const policy::RuleBase& base, const RuleIndices& rules);

/// Says in a finding which rules are void because of it: notes on the first of them, `beaten, of
/// CiliumNetworkPolicy/shop/cart` for the word `beaten`, and how many more there are.
void add_void_rules(lint::Finding& finding, const policy::RuleBase& base, const RuleIndices& rules,
                    std::string_view word);

}  // namespace cnplint::rules
