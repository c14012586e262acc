// SPDX-License-Identifier: Apache-2.0
//
// What a kustomization file says, as typed values with their nodes. Fields as in the reference of
// kustomize (kustomize.config.k8s.io/v1beta1 Kustomization, v1alpha1 Component).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "policy/yaml/document.h"

namespace cnplint::project {

/// The names that kustomize looks for in a folder; more than one of them is an error.
inline constexpr std::array<std::string_view, 3> kKustomizationNames{
    "kustomization.yaml", "kustomization.yml", "Kustomization"};

/// Whether a file is a kustomization by its name: Flux's objects of the same kind are not.
bool is_kustomization_name(std::string_view name);

/// Something that kustomize would refuse, or that is left out here.
struct KustomizeProblem {
  base::SourceRange where;
  std::string message;                                    ///< a sentence
  std::optional<base::SourceRange> other = std::nullopt;  ///< the second place of a conflict
  bool note = false;  ///< kustomize takes it: it is only not followed here
  /// What it names is not here, or cannot be read.
  bool missing = false;
  /// It is about an object that is not among the resources: only certain where all of them are
  /// here.
  bool needs_all = false;
};

/// Which objects a patch is for; a node that is none says nothing.
struct PatchTarget {
  policy::NodeRef written;
  policy::NodeRef group, version, kind, name, ns, label_selector, annotation_selector;
};

/// A patch, in a file or inline.
struct KustomizePatch {
  enum class Form { any, strategic_merge, json6902 };
  Form form = Form::any;
  policy::NodeRef entry;  ///< its item in the kustomization
  policy::NodeRef path;   ///< of a file
  policy::NodeRef text;   ///< inline
  std::optional<PatchTarget> target;
  bool allow_name_change = false;
  bool allow_kind_change = false;
};

/// Labels, or annotations, that are given to every object.
struct LabelSet {
  policy::NodeRef pairs;
  policy::NodeRef fields;  ///< further places: a list of {path, create, group, version, kind}
  bool selectors = false;  ///< also in selectors and in templates of pods
  bool templates = false;  ///< also in templates of pods
};

/// One kustomization file.
struct Kustomization {
  policy::NodeRef root;
  bool component = false;
  std::vector<policy::NodeRef> resources;  ///< those under `bases` behind them
  std::vector<policy::NodeRef> components;
  policy::NodeRef ns;
  policy::NodeRef name_prefix;
  policy::NodeRef name_suffix;
  std::vector<KustomizePatch> strategic_merge_patches;  ///< `patchesStrategicMerge`
  std::vector<KustomizePatch> patches;
  std::vector<KustomizePatch> json_patches;  ///< `patchesJson6902`
  std::vector<LabelSet> labels;              ///< `commonLabels` is the last
  policy::NodeRef annotations;
};

/// Reads a kustomization; what it says in a wrong way is left out of it and a problem.
Kustomization read_kustomization(policy::NodeRef root, std::vector<KustomizeProblem>& problems);

/// What the spec of Flux's Kustomization changes in the kustomization of its folder:
/// `targetNamespace`, `namePrefix`, `nameSuffix`, `patches`, `components`, `commonMetadata`.
Kustomization read_flux_changes(policy::NodeRef spec, std::vector<KustomizeProblem>& problems);
/// The same of `kustomize` of a source of Argo CD.
Kustomization read_argo_changes(policy::NodeRef kustomize, std::vector<KustomizeProblem>& problems);
/// Puts them into a kustomization as the controller of Flux does: its namespace and affixes of
/// names are replaced, patches, labels and components come behind those that are there.
void add_changes(const Kustomization& changes, Kustomization& to);
/// Whether there is any.
bool changes_something(const Kustomization& changes);

}  // namespace cnplint::project
