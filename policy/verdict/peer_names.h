// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// An endpoint without a name, by what is known of it: `host`, `shop/app=cart`, `shop/any pod`.
std::string name_of_endpoint(const Endpoint& endpoint);

/// What is outside of the cluster, as rules name it.
class OutsideNames {
 public:
  /// Of the rules of two sets, and of their OpenShift egress policies.
  OutsideNames(const std::array<const RuleBase*, 2>& rules,
               const std::array<const PolicyList*, 2>& policies);

  /// An address by the narrowest CIDR that has it, a name by the pattern that matches it; `world`
  /// where none does.
  [[nodiscard]] std::string of(const Endpoint& endpoint) const;
  /// Says behind each CIDR of some names which narrower ones it is without: those that rules name
  /// and that are not among the names.
  void add_exceptions(std::vector<std::string>& names) const;

 private:
  /// Each once, by prefix_key: what a prefix holds stands right behind it.
  std::map<std::string, Prefix> prefixes_;
  std::set<int, std::greater<>> lengths_;   ///< that they have
  std::vector<const Condition*> patterns_;  ///< of DNS names
};

}  // namespace cnplint::policy
