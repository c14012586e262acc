// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "lint/fix.h"
#include "lint/rule.h"
#include "policy/verdict/rule.h"

namespace cnplint::rules {

/// Who a rule is for.
const policy::Subject& subject_of(const policy::RuleBase& base, std::uint32_t rule);

/// Allows the connections of a rule at their other end, in the policy of a rule that denies them
/// by default. Without changes where that policy selects others than the peer, which would open
/// them, too, where no labels name the pods that the rule is for, and where the input has workloads
/// and none at one of the ends: then something else is wrong.
/// @param rule, refusing indices into RuleBase::rules
/// @param peer position among the peers of `rule`
/// @param far who the peer is, for the title
lint::Fix allow_at_other_end(const lint::ClusterContext& context, std::uint32_t rule,
                             std::size_t peer, std::uint32_t refusing, const std::string& far);

}  // namespace cnplint::rules
