// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "policy/model/policy.h"
#include "policy/verdict/selector.h"

namespace cnplint::rules {

/// How a finding that says who refuses a policy is mended. What the API server refuses runs
/// nowhere: that is a repair. What it stores and Cilium alone refuses comes into effect with it,
/// and the title says what that closes and opens.
void mend(lint::Finding& finding, const policy::Policy& policy, std::string title,
          policy::Changes changes);

/// The same where no policy is there yet, as the kind or the API group is wrong.
void repair(lint::Finding& finding, std::string title, policy::Changes changes);

/// Splits an item of a list in two: one field goes into an item of its own before it, with what
/// both have in common; `apart` are the fields of the old one that do not.
policy::Changes split_item(policy::NodeRef item, policy::NodeRef field,
                           const std::vector<std::string_view>& apart);

/// Behind the title of a fix that gives a selector another label.
inline constexpr const char* kSelectsOthers =
    ": opens and closes connections of the pods that have it, and of those that were selected "
    "without";

/// Gives a condition of a selector another key, with the source that is written before it.
policy::Changes rename_label(const policy::Condition& condition, std::string_view key);

/// What a policy does once it is in effect: `closes ingress of its pods but for what it allows`.
std::string effect_of(const policy::Policy& policy);

}  // namespace cnplint::rules
