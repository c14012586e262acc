// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
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

/// Gives a value the spelling that is nearest to it among those that are allowed.
void mend_spelling(lint::Finding& finding, const policy::Policy& policy, policy::NodeRef value,
                   std::span<const std::string_view> allowed);
/// The same where no policy is there yet, as the kind or the API group is wrong.
void repair(lint::Finding& finding, std::string title, policy::Changes changes);

/// Splits an item of a list in two: one field goes into an item of its own before it, with what
/// both have in common; `apart` are the fields of the old one that do not.
policy::Changes split_item(policy::NodeRef item, policy::NodeRef field,
                           const std::vector<std::string_view>& apart);

/// Puts the first items of a list into an entry of their own before the one that has the list, with
/// what that has besides.
policy::Changes split_entry(policy::NodeRef list, std::size_t first);

/// Makes of an item, a text in a list of texts, as many as there are words.
policy::Changes items_for(policy::NodeRef item, const std::vector<std::string>& words);

/// Behind the title of a fix that gives a selector another label.
inline constexpr const char* kSelectsOthers =
    ": opens and closes connections of the pods that have it, and of those that were selected "
    "without";

/// Gives a condition of a selector another key, with the source that is written before it.
policy::Changes rename_label(const policy::Condition& condition, std::string_view key);

/// Moves a label that a NetworkPolicy asks pods for to the Namespaces it asks for, under a key.
/// None where the peer has a namespaceSelector, or the label stands in an expression.
policy::Changes to_namespace_selector(policy::NodeRef peer, const policy::Condition& condition,
                                      std::string key);
/// Where a value of a condition is written: under `values`, or behind the key of a label.
policy::NodeRef place_of_value(const policy::Condition& condition, std::string_view value);
/// Gives one of the values of a condition another text.
policy::Changes rewrite_value(const policy::Condition& condition, std::string_view value,
                              std::string_view text);
/// Takes an item out of a list of peers and writes a rule for `other` under `field` before the
/// rule, with what the rule has besides: a rule of Cilium names peers in one way only.
policy::Changes replace_peer(policy::NodeRef peer, std::string field, policy::Value other);

/// What a policy does once it is in effect: `closes ingress of its pods but for what it allows`.
std::string effect_of(const policy::Policy& policy);

}  // namespace cnplint::rules
