// SPDX-License-Identifier: Apache-2.0
//
// Which folders of a repository the objects of Flux and Argo CD in it deploy, and into which
// namespaces.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "project/unit.h"

namespace cnplint::project {

/// What one of these objects deploys of this repository.
struct Deployment {
  std::string folder;      ///< from the root of the repository; empty for the root itself
  std::string ns;          ///< of objects that name none; empty where it gives none
  bool recursive = false;  ///< with the folders below, where it is no kustomization
};

/// All deployments of a repository: the Kustomizations of Flux (`path`, `targetNamespace`), and the
/// Applications and ApplicationSets of Argo CD (`path`, `destination.namespace`; generators of
/// folders and of lists).
class Deployments {
 public:
  /// `origin` is the address of the repository itself, empty where nobody knows it: what comes from
  /// another one is none of it. `kustomizations` are folders.
  Deployments(const std::vector<Unit*>& units, std::string_view origin,
              std::set<std::string, std::less<>> kustomizations);

  /// The namespace of the objects in a folder that name none: that of the nearest folder which is
  /// deployed. Empty where that gives none, or several do and differ.
  [[nodiscard]] std::string namespace_of(std::string_view folder) const;

 private:
  std::map<std::string, std::vector<Deployment>, std::less<>> all_;  ///< by folder
  std::set<std::string, std::less<>> kustomizations_;
};

/// The address of a repository's remote `origin`, as its `.git/config` has it; empty where there is
/// none.
std::string origin_of(const std::string& repository);

}  // namespace cnplint::project
