// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lint/rule.h"
#include "policy/yaml/document.h"

namespace cnplint::rules {

/// What to write for an unknown field that another kind of policy has: `podSelector` in a
/// CiliumNetworkPolicy is its `endpointSelector`. Empty where nobody has such a field there.
std::string foreign_field_hint(const lint::PolicyContext& context, policy::NodeRef field);

/// What an allow rule would have and a deny rule has not: `rules` of its ports. Empty for others.
std::string denied_field_hint(const lint::PolicyContext& context, policy::NodeRef field);

}  // namespace cnplint::rules
