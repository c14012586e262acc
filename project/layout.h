// SPDX-License-Identifier: Apache-2.0
//
// Which files live together. A repository often holds one object several times, for several
// clusters: `prod/web.yaml` and `staging/web.yaml`. Judged together they would be a cluster that
// nobody has. docs/clusters.md says how people are told.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cnplint::project {

/// A cluster that something is deployed to by an object of Flux or Argo CD.
struct DeployedTo {
  std::string cluster;
  std::string folder;  ///< from the root of the repository, that such an object names
  std::string why;     ///< a sentence; empty where nobody wants to know
};

/// What comes into a cluster as a whole: a file, or what a kustomization makes.
struct PlacedUnit {
  /// The folder it stands in, of a kustomization its own; from the root of the repository, without
  /// `.` and `..`; empty for the root itself. Text without a folder is in the root.
  std::string folder;
  std::string path;  ///< as messages name it
  /// `Kind/namespace/name` of the objects of which a cluster can have one only.
  std::vector<std::string> objects;
  bool deploys = false;  ///< it has objects of Flux or Argo CD that deploy folders
  /// Where such objects deploy it to; where this is empty, its folder tells.
  std::vector<DeployedTo> deployed = {};
  /// Whether it is an object of a running cluster: of the one that `deployed` names, and no other.
  bool running = false;
};

/// A folder that is one of several, each for another cluster.
struct Variant {
  std::string folder;  ///< from the root of the repository
  std::string why;     ///< a sentence; empty where nobody wants to know
};

/// The units that live together.
struct ClusterPlan {
  std::string
      name;  ///< of its folders, as in `prod` or `prod/eu`; empty where there is one cluster
  std::vector<std::size_t> units;  ///< in their order
  std::vector<Variant> variants;   ///< the folders that are of this cluster and not of all
};

/// Whether siblings of this name are environments: prod, staging, dev, ... alone or with numbers
/// and regions, as in `prod-eu-1` and `us-east-staging`.
bool is_environment_name(std::string_view folder);

/// Units are in the clusters that they are deployed to; else those that stand in variants in the
/// cluster of that name, and all others in every cluster. Two folders below one are variants where
/// both have the same object, or where both are named as environments; one such folder alone is
/// where the environment of its name has siblings elsewhere. So is a folder of `clusters` with
/// objects that deploy. At least one cluster, sorted by name.
std::vector<ClusterPlan> plan_clusters(std::span<const PlacedUnit> units);

/// The names of the variants that each unit stands in; empty where it stands in none.
std::vector<std::string> variant_names(std::span<const PlacedUnit> units);

}  // namespace cnplint::project
