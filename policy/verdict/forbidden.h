// SPDX-License-Identifier: Apache-2.0
//
// Connections that somebody forbids, whatever policies say: `forbid` of the configuration.
#pragma once

#include <string>
#include <vector>

#include "policy/model/inventory.h"
#include "policy/verdict/end_selector.h"
#include "policy/verdict/verdict_changes.h"

namespace cnplint::policy {

/// Connections that must not pass.
struct Forbidden {
  std::string name;  ///< why; may be empty
  EndSelector from;
  EndSelector to;
  std::vector<Port> ports;  ///< empty: every port
  std::string place;        ///< where that is said
};

/// Connections that pass in a new state, did not in the old one, and are forbidden.
struct ForbiddenOpening {
  const Forbidden* forbidden = nullptr;
  std::vector<std::string> from;  ///< names of ends
  std::string to;
  std::vector<PortSpan> ports;
  NodeRef egress;   ///< the rule that lets it out of its source; none where nothing decides
  NodeRef ingress;  ///< the rule that lets it into its destination
};

/// A state with what its manifests say of workloads.
struct KnownState {
  ClusterState state;
  const Inventory* inventory = nullptr;
};

/// Which forbidden connections a change opens, in order: of every workload, entity, address that
/// policies tell apart, name, and pod of a selector that selects no workload. What Cilium's rule
/// for the local host lets in is nobody's to forbid (A1.4). `forbidden` must outlive the result.
std::vector<ForbiddenOpening> forbidden_openings(const KnownState& before, const KnownState& after,
                                                 const std::vector<Forbidden>& forbidden);

/// Whether a selector selects a workload, an entity or everybody outside of some manifests.
bool selects_somebody(const EndSelector& selector, const Inventory& inventory,
                      const Environment& environment);

}  // namespace cnplint::policy
