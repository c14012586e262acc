// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "policy/model/dns_server.h"
#include "policy/model/policy.h"
#include "policy/model/port.h"

namespace cnplint::rules {

/// Whether a rule of a policy is about ports of DNS and nothing else.
inline bool is_dns_only(const policy::RuleItem& item) {
  const auto is_dns = [](policy::NodeRef port) {
    const policy::PortRange range = policy::read_port(port);
    return range.name.empty() && range.first == range.last && policy::is_dns_port(range.first);
  };
  return !item.port_rules.empty() &&
         std::ranges::all_of(item.port_rules, [&](const policy::PortRule& rule) {
           return std::ranges::all_of(rule.ports, is_dns);
         });
}

}  // namespace cnplint::rules
