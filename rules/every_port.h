// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "policy/model/port.h"
#include "rules/each.h"

namespace cnplint::rules {

/// Whether a rule is for every port, of some protocol at least.
inline bool has_every_port(const policy::RuleItem& item) {
  if (item.icmps.has_children()) return false;
  return !item.to_ports.has_children() ||
         std::ranges::any_of(item.port_rules, [](const policy::PortRule& rule) {
           return std::ranges::any_of(rule.ports, [](policy::NodeRef port) {
             return policy::read_port(port).all() &&
                    !policy::is_portless_protocol(port.get("protocol").text());
           });
         });
}

/// Whether a NetworkPolicy has a rule without peers and ports in a direction.
inline bool allows_everything(const policy::Policy& policy, policy::Direction direction) {
  return policy.kind == policy::PolicyKind::network_policy &&
         std::ranges::any_of(policy.specs, [&](const policy::Spec& spec) {
           return std::ranges::any_of(spec.items, [&](const policy::RuleItem& item) {
             return item.direction == direction && !item.to_ports.has_children() &&
                    is_for_any_peer(policy, item);
           });
         });
}

}  // namespace cnplint::rules
