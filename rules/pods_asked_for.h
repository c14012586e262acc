// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "policy/model/label.h"
#include "policy/verdict/impossible_key.h"
#include "policy/verdict/rule_cover.h"

namespace cnplint::rules {

/// Whether a selector can select pods: what it asks for has a namespace, and is no address, name or
/// reserved label.
inline bool is_of_pods(const policy::Conditions& selector) {
  return std::ranges::any_of(
             selector,
             [](const policy::Condition& each) { return each.key == policy::kNamespaceLabel; }) &&
         !policy::selects_addresses(selector) &&
         std::ranges::none_of(selector, [](const policy::Condition& each) {
           return each.source == "reserved" || each.source == "fqdn";
         });
}

/// Whether a selector asks for more than a place.
inline bool names_pods(const policy::Conditions& selector) {
  return std::ranges::any_of(selector, [](const policy::Condition& each) {
    return each.op == policy::Condition::Op::in && each.key != policy::kClusterLabel &&
           !policy::is_namespace_key(each.key);
  });
}

/// Whether some label that a selector asks for is one that no identity has: it selects nobody,
/// which another rule says.
inline bool asks_for_impossible(const policy::Conditions& selector, policy::Bearer bearer,
                                const policy::Environment& environment) {
  return std::ranges::any_of(selector, [&](const policy::Condition& each) {
    if (each.op != policy::Condition::Op::in && each.op != policy::Condition::Op::exists)
      return false;
    const auto found = policy::impossible_key(each.source + ":" + each.key, bearer, environment);
    return found && found->certain();
  });
}

}  // namespace cnplint::rules
