// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/model/environment.h"
#include "policy/model/policy.h"
#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// The port filters of an item (A5.6, A6, A7): every port and protocol where it names none. ANY is
/// TCP, UDP and SCTP, each with a filter of its own.
struct ItemPorts {
  bool any = false;  ///< neither ports nor ICMP types are named
  std::vector<PortFilter> filters;
};
ItemPorts ports_of(const RuleItem& item, PolicyKind kind, const Environment& environment);

}  // namespace cnplint::policy
