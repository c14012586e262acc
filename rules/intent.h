// SPDX-License-Identifier: Apache-2.0
//
// What people say that a policy is for: by its name, its description, a comment.
#pragma once

#include <string>
#include <string_view>

#include "rules/each.h"

namespace cnplint::rules {

/// Whether a text speaks of allowing everybody, and not of denying.
bool speaks_of_allowing(std::string_view text);

/// The comment on the line of a node, and the line above where that is one.
std::string comments_at(NodeRef node);

/// Whether a policy says by its name that it opens to everybody, to all or to the outside:
/// `allow-all-ingress`, `internet-egress`. Then only strict reviewers want to hear of it: who reads
/// the change has read the name. Comments and descriptions do not count, nobody sees them applied.
bool is_meant_open(const policy::Policy& policy);

}  // namespace cnplint::rules
