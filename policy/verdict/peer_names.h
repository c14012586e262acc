// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>

#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// An endpoint without a name, by what is known of it: `host`, `shop/app=cart`, `shop/any pod`.
std::string name_of_endpoint(const Endpoint& endpoint);
/// One outside of the cluster, by the narrowest CIDR or the name of a rule that is about it;
/// `world` where none is.
std::string name_of_outside(const Endpoint& endpoint, const std::array<const RuleBase*, 2>& rules);

}  // namespace cnplint::policy
