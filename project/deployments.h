// SPDX-License-Identifier: Apache-2.0
//
// What the objects of Flux and Argo CD in a repository say that they deploy of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "project/kustomization.h"
#include "project/unit.h"

namespace cnplint::project {

/// A folder that an object deploys.
struct Deployment {
  std::string folder;  ///< from the root of the repository; empty for the root itself
  policy::NodeRef where;
  /// Where what names none goes (Argo CD's destination.namespace; that of Flux is a change).
  std::string ns;
  /// Another cluster than that of the object; empty for the same one.
  std::string cluster;
  bool anywhere = false;   ///< nobody knows to which clusters
  bool recursive = false;  ///< with the folders below, where it is no kustomization
  Kustomization changes;
  std::vector<KustomizeProblem> problems;  ///< of the changes
  policy::NodeRef post_build;              ///< of Flux's Kustomization
  std::string_view object_namespace;       ///< of the object that deploys
  std::string why;                         ///< a sentence, with the object and its place
};

/// The cluster that Argo CD itself runs in, as it calls it.
inline constexpr std::string_view kInCluster = "in-cluster";

/// Reads deployments: those of Flux's Kustomizations and FluxInstances, and of the Applications and
/// ApplicationSets of Argo CD (generators of folders, of lists, and the products of these). What
/// comes from another repository is left out, and so are folders that are not here.
class DeploymentReader {
 public:
  /// `origin` is the address of the repository itself, empty where nobody knows it. `folders` are
  /// all of it that have files.
  DeploymentReader(const std::vector<Unit*>& units, std::string origin,
                   const std::set<std::string>& folders);

  [[nodiscard]] std::vector<Deployment> of(const policy::Manifest& manifest) const;
  /// Whether the `sourceRef` of an object of Flux, or the address of one of Argo CD, may be this
  /// repository.
  [[nodiscard]] bool is_here(policy::NodeRef flux_source) const;
  [[nodiscard]] bool is_here(std::string_view address) const;

 private:
  class Collector;
  [[nodiscard]] std::string_view address_of(policy::NodeRef source) const;

  std::string origin_;
  std::map<std::string, std::string, std::less<>> repositories_;  ///< addresses by name
  std::set<std::string> folders_;                                 ///< and those above them
};

/// The other cluster that an object of Flux or Argo CD installs its chart or folder in; empty where
/// it is the object's own, or nobody knows.
std::string installs_in(const policy::Manifest& manifest);

/// The address of a repository's remote `origin`, as its `.git/config` has it; empty where there is
/// none.
std::string origin_of(const std::string& repository);

}  // namespace cnplint::project
