// SPDX-License-Identifier: Apache-2.0
//
// What `kubectl kustomize FOLDER` makes of a folder, without a network, as documents whose nodes
// point at what people wrote.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/yaml/document.h"
#include "project/flux_substitution.h"
#include "project/kustomization.h"
#include "project/kustomize_files.h"

namespace cnplint::project {

/// An object that a kustomization makes.
struct BuiltObject {
  policy::NodeRef root;             ///< what is deployed
  const policy::Document* written;  ///< the document that it was written in
  /// The document of `root` where the kustomization changes something; else it is `written`.
  std::shared_ptr<const policy::Document> composed;
};

/// What a folder is built to. Good as long as the files that it was read from.
struct KustomizeBuild {
  std::string folder;                  ///< as given
  std::vector<BuiltObject> objects;    ///< in the order in which kustomize accumulates them
  std::vector<std::string> resources;  ///< files that are read as resources
  std::vector<std::string> patches;    ///< files that are patches
  std::vector<std::string> included;   ///< folders of other kustomizations, also indirectly
  std::vector<std::string> remote;     ///< named, and left out
  /// Resources with objects that are not among `objects`: kustomize would refuse the build.
  std::vector<std::string> dropped;
  /// Patches that changed nothing, where all resources are here: whoever wrote them may mean
  /// objects.
  std::vector<std::string> idle;
  std::vector<KustomizeProblem> problems;
  policy::NodeRef ns;  ///< the namespace of the outermost kustomization that says one, if any does
  /// Documents that `objects` were made of.
  std::vector<std::shared_ptr<const policy::Document>> made_of;
};

/// Puts what a program makes of the folder of a build in the place of what is known here.
using RenderBuild = std::function<void(KustomizeBuild& build, const KustomizeFiles& files)>;

/// What an object of Flux or Argo CD makes of a folder: their controllers change its kustomization,
/// or make one of its files, before they build it.
struct KustomizeOverlay {
  std::string folder;
  policy::NodeRef where;               ///< in the object: problems with a resource are said there
  std::vector<std::string> resources;  ///< files and folders, where there is no kustomization
  Kustomization changes;
  std::vector<KustomizeProblem> problems;    ///< of the changes as they are written
  const FluxVariables* variables = nullptr;  ///< filled in at the end; nothing where there are none
};

/// Builds kustomizations as kustomize 5 does. Its order (configureBuiltinTransformers of its
/// api/internal/target): resources, components, then patchesStrategicMerge, patches, namespace,
/// namePrefix, nameSuffix, labels, commonLabels, commonAnnotations, patchesJson6902; names that
/// follow others last of all. What several of them include is accumulated once. Not for several
/// threads at a time.
class Kustomizer {
 public:
  /// With `render`, what changes a folder is changed on what that gives.
  explicit Kustomizer(KustomizeFiles files, RenderBuild render = {});
  ~Kustomizer();
  Kustomizer(const Kustomizer&) = delete;
  Kustomizer& operator=(const Kustomizer&) = delete;

  /// What the kustomization of a folder is built to. kustomize stops at the first problem; this
  /// goes on with the rest. An error where the folder has no kustomization that can be read.
  base::Result<KustomizeBuild> build(const std::string& folder);
  /// The same of what an object of Flux or Argo CD makes of it.
  base::Result<KustomizeBuild> build(const KustomizeOverlay& overlay);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cnplint::project
