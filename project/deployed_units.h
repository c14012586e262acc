// SPDX-License-Identifier: Apache-2.0
//
// What the objects of Flux and Argo CD in a repository make of it: which units go to which
// clusters, in which namespaces, with which changes. docs/clusters.md says it for users.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "project/kustomize.h"
#include "project/kustomize_roots.h"
#include "project/layout.h"
#include "project/repository_map.h"
#include "project/unit.h"

namespace cnplint::project {

/// A unit that comes into clusters.
struct DeployedUnit {
  Unit* unit;
  std::vector<DeployedTo> to;  ///< empty: its folder tells
  bool running = false;        ///< an object of a running cluster, which `to` names
};

/// The units of a repository as they are deployed.
struct DeployedUnits {
  std::vector<DeployedUnit> all;      ///< of those that are written and those made, in their order
  std::deque<Unit> made;              ///< in other namespaces, or with changes
  std::vector<KustomizeRoot> builds;  ///< what some of these come from
  std::vector<std::string> notes;     ///< sentences
  std::deque<std::vector<BuiltObject>> rendered;  ///< objects of charts
};

/// Follows what deploys what, beginning with what nothing else deploys. `files` reads what
/// kustomizations name, `render` builds them where there is one.
DeployedUnits deploy(const WrittenUnits& written, const KustomizeFiles& files,
                     const RenderBuild& render);

/// The units, for the layout.
std::vector<PlacedUnit> placed_units(const std::vector<DeployedUnit>& units);
/// Whether such a unit is deployed to a cluster of a name.
bool is_deployed_to(const PlacedUnit& unit, std::string_view cluster);

}  // namespace cnplint::project
