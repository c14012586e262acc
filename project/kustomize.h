// SPDX-License-Identifier: Apache-2.0
//
// What `kubectl kustomize FOLDER` makes of a folder, without a network, as documents whose nodes
// point at what people wrote.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "policy/yaml/document.h"
#include "policy/yaml/reader.h"
#include "project/kustomization.h"

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
};

/// A file that a kustomization names.
struct KustomizeFile {
  base::SourceFile* source;
  const policy::FileContent* content;
};

/// Where kustomizations are read from. Paths are lexically normal, in the form in which the folder
/// was given. What `read` returns stays good as long as what is built of it.
struct KustomizeFiles {
  /// A file, read once; asked for again, the same.
  std::function<base::Result<KustomizeFile>(const std::string& path)> read;
  std::function<bool(const std::string& path)> is_file;
  std::function<bool(const std::string& path)> is_folder;
  /// One text for all paths to a folder: by it cycles are found.
  std::function<std::string(const std::string& path)> identity;
};

/// The path of an entry of a kustomization in a folder, without detours.
std::string kustomize_path(const std::string& folder, std::string_view entry);

/// Files of the disk, all links followed, that are below a folder (the repository's root): what is
/// outside of it is not there.
KustomizeFiles files_below(std::filesystem::path limit,
                           std::function<base::Result<KustomizeFile>(const std::string&)> read);

/// Builds kustomizations as kustomize 5 does. Its order (configureBuiltinTransformers of its
/// api/internal/target): resources, components, then patchesStrategicMerge, patches, namespace,
/// namePrefix, nameSuffix, labels, commonLabels, commonAnnotations, patchesJson6902; names that
/// follow others last of all. What several of them include is accumulated once. Not for several
/// threads at a time.
class Kustomizer {
 public:
  explicit Kustomizer(KustomizeFiles files);
  ~Kustomizer();
  Kustomizer(const Kustomizer&) = delete;
  Kustomizer& operator=(const Kustomizer&) = delete;

  /// What the kustomization of a folder is built to. kustomize stops at the first problem; this
  /// goes on with the rest. An error where the folder has no kustomization that can be read.
  base::Result<KustomizeBuild> build(const std::string& folder);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cnplint::project
