// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "policy/model/policy_kind.h"

namespace cnplint::rules {

/// What a text says as a port that is more, or less, than one: a range, several ports, a port with
/// its protocol, `*` for every port, a port between blanks; and what to write for it in a policy of
/// a kind. Empty where nothing of that is known.
std::string port_text_problem(std::string_view text, policy::PolicyKind kind);

}  // namespace cnplint::rules
