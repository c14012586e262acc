// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/model/environment.h"
#include "project/cluster.h"
#include "project/deployed_units.h"
#include "project/file.h"
#include "project/folder_namespaces.h"
#include "project/kustomize_roots.h"

namespace cnplint::project {

/// How the environments of clusters are changed for a run.
using AdjustEnvironment = std::function<void(policy::Environment&)>;

/// An object of a running cluster, that stands for a file.
struct RunningObject {
  std::string key;      ///< of Project::files_
  std::string cluster;  ///< the name of its cluster
};

/// What some paths hold: files, and the clusters that they make. Changes where its project changes:
/// views of it are good until then.
class Inputs {
 public:
  Inputs() = default;
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;

  /// In the order of the paths.
  [[nodiscard]] const std::vector<const File*>& files() const { return files_; }
  /// At least one, sorted by name.
  [[nodiscard]] const std::deque<Cluster>& clusters() const { return clusters_; }
  /// The cluster of a name; of no name the only one there is. Errors name those that there are.
  [[nodiscard]] base::Result<const Cluster*> cluster(std::string_view name = {}) const;
  /// A cluster with the real names of its folders' namespaces, as far as pods that somebody speaks
  /// of tell; where there is nothing to name, the cluster itself.
  const Cluster& named(const Cluster& cluster, const FolderNames& folders);
  /// The kustomizations that nothing else includes.
  [[nodiscard]] const std::vector<KustomizeRoot>& kustomizations() const { return roots_; }
  /// Whether a file was only read for a kustomization above what the run was asked about.
  [[nodiscard]] bool is_context(const base::SourceFile& file) const {
    return context_.contains(&file);
  }
  /// Whether a file was read beside what the run was asked about, for a kustomization: not all that
  /// it is used for is known.
  [[nodiscard]] bool is_beside(const base::SourceFile& file) const {
    return beside_.contains(&file);
  }
  /// Whether a file is a template of a chart that was rendered.
  [[nodiscard]] bool is_rendered(const base::SourceFile& file) const {
    return rendered_.contains(&file);
  }
  /// Inputs that cannot be read.
  [[nodiscard]] const std::vector<base::Error>& unreadable() const { return unreadable_; }
  /// These, and the documents that cannot be read, as sentences with their place.
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }
  /// About the inputs, sentences.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// Files and folders that were left out because git ignores them.
  [[nodiscard]] const std::vector<std::string>& ignored() const { return ignored_; }
  /// Documents that are left out because they are templates.
  [[nodiscard]] std::size_t templates() const { return templates_; }

 private:
  friend class Project;

  AdjustEnvironment adjust_;
  std::vector<std::string> keys_;              ///< of Project::files_, in order
  std::map<std::string, base::Error> failed_;  ///< inputs that could not be read, by key
  std::vector<base::Error> walk_errors_;
  std::vector<RunningObject> running_;  ///< in order, behind the files
  std::vector<std::string> read_notes_;
  std::vector<std::string> ignored_;
  std::vector<std::string> named_paths_;
  std::vector<const File*> files_;
  std::set<std::string> managed_;  ///< files that kustomizations take in or patch with, by key
  std::set<const base::SourceFile*> context_;
  std::set<const base::SourceFile*> beside_;
  std::set<const base::SourceFile*> rendered_;
  std::vector<KustomizeRoot> roots_;
  std::deque<Unit> root_units_;  ///< of the roots that nothing deploys with changes
  DeployedUnits deployed_;
  std::deque<Cluster> clusters_;
  std::deque<Cluster> named_;
  std::vector<base::Error> unreadable_;
  std::vector<std::string> errors_;
  std::vector<std::string> notes_;
  std::size_t templates_ = 0;
};

}  // namespace cnplint::project
