// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/model/manifest.h"
#include "policy/yaml/source_comments.h"
#include "project/judge.h"

namespace cnplint::project {

/// Where the objects of a unit are.
struct Placement {
  /// Its folder from the root of the repository; empty for the root itself, and for text that is in
  /// no folder.
  std::string folder = {};
  /// The namespace of objects that name none.
  std::string unnamed_namespace = std::string(policy::kDefaultNamespace);
  bool of_chart = false;    ///< it is a template of a chart
  bool configured = false;  ///< the configuration gives the namespace
  bool running = false;     ///< it was read from a running cluster
};

/// What comes into a cluster as a whole: the objects of a file, or those that a kustomization
/// makes. They are views of documents that must outlive it.
class Unit {
 public:
  Unit(std::string path, const std::vector<policy::NodeRef>& roots, Placement placement,
       const policy::SourceComments& sources = {});
  /// Another unit's objects, those that name no namespace in this one.
  Unit(const Unit& other, std::string ns);
  Unit(Unit&&) = delete;

  /// As messages name it: a file, or the folder of a kustomization.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const Placement& placement() const { return placement_; }
  [[nodiscard]] const std::vector<policy::Manifest>& manifests() const { return manifests_; }
  /// `Kind/namespace/name` of what a cluster can have only once, where names are known.
  [[nodiscard]] std::vector<std::string> objects() const;
  /// Whether some object names no namespace, and is not of a chart.
  [[nodiscard]] bool has_unnamed() const;
  /// Whether it holds a policy, or something that says what policies are about.
  [[nodiscard]] bool matters() const;
  /// Whether some object deploys folders: one of Flux or Argo CD.
  [[nodiscard]] bool deploys() const { return deploys_; }
  /// Whether some object installs or configures Cilium.
  [[nodiscard]] bool configures_cilium() const { return configures_cilium_; }

  /// What its objects are for an environment; they are judged the first time.
  const Judgement& judgement(const Judge& judge);
  /// The same; it must have been asked for before.
  [[nodiscard]] const Judgement& judgement(const Judge& judge) const;

 private:
  std::string path_;
  Placement placement_;                      ///< manifests are views of its namespace
  std::set<std::string> source_namespaces_;  ///< and of these
  std::vector<policy::Manifest> manifests_;
  bool configures_cilium_ = false;
  bool deploys_ = false;
  /// By judge: one, where not clusters or policy tests have environments of their own.
  std::vector<std::pair<const Judge*, std::unique_ptr<Judgement>>> judgements_;
};

}  // namespace cnplint::project
