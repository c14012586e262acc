// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/model/environment.h"
#include "policy/model/policy.h"
#include "policy/verdict/rule.h"
#include "policy/verdict/selector.h"

namespace cnplint::policy {

/// The peers of a rule item.
struct ItemPeers {
  struct One {
    Conditions selector;
    NodeRef where;
  };
  bool any = false;     ///< no peers are named: everybody, where ports are
  bool nobody = false;  ///< an empty list: nobody, whatever the ports
  std::vector<One> list;
  std::vector<NodeRef> unresolved;  ///< of toServices: no Service with endpoints answers to them
};

/// Who a policy speaks for, as far as its peers depend on it.
struct PolicyScope {
  std::string_view ns;        ///< effective namespace; empty for cluster-wide kinds
  bool init_subject = false;  ///< its endpointSelector names `reserved:init`
};

/// Resolves the peers of an item: scoping (A3.4), empty lists (A3.6), entities (A4.2), CIDRs and
/// groups (A5.1), names (A5.3), services (A5.4), nodes (A5.5), NetworkPolicy peers (A6).
ItemPeers peers_of(const RuleItem& item, const PolicyScope& scope, const Environment& environment,
                   const Surroundings& surroundings);

/// What an endpointSelector, podSelector or nodeSelector selects (A3.5).
/// `ns` is the effective namespace of its policy; empty for cluster-wide kinds.
Conditions subject_conditions(const Spec& spec, std::string_view ns);

}  // namespace cnplint::policy
