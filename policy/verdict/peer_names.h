// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// An endpoint without a name, by what is known of it: `host`, `shop/app=cart`, `shop/any pod`.
std::string name_of_endpoint(const Endpoint& endpoint);

/// Makes `world-ipv4` and `world-ipv6` one name, where both are among some that are in order.
void join_families(std::vector<std::string>& names);

/// What is outside of the cluster, as rules name it.
class OutsideNames {
 public:
  /// Of the rules of some sets, and of their OpenShift egress policies.
  explicit OutsideNames(std::span<const RuleBase* const> sets);

  /// An address by the narrowest CIDR that has it, a name by the pattern that matches it. Where no
  /// CIDR does it is of the world: `world-ipv4` or `world-ipv6` where Cilium knows both.
  [[nodiscard]] std::string of(const Endpoint& endpoint) const;
  /// Says behind each CIDR of some names which narrower ones it is without: those that rules name
  /// and that are not among the names.
  void add_exceptions(std::vector<std::string>& names) const;

 private:
  /// Each once, by prefix_key: what a prefix holds stands right behind it.
  std::map<std::string, Prefix> prefixes_;
  std::set<int, std::greater<>> lengths_;  ///< that they have
  /// Of DNS names, longest first.
  std::vector<std::pair<std::string, std::shared_ptr<const DnsPattern>>> patterns_;
  bool both_families_ = false;
};

}  // namespace cnplint::policy
