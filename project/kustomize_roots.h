// SPDX-License-Identifier: Apache-2.0
//
// Which kustomizations of a run are deployed: the roots, those that nothing else includes.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "project/kustomize.h"

namespace cnplint::project {

/// A root, and what it is built to.
struct KustomizeRoot {
  KustomizeBuild build;
  std::set<std::string> files;  ///< all that was read for it
  /// It stands above what the run was asked about, and only that is read: its problems are not
  /// those of a whole build, and what else is in it is context.
  bool partial = false;
};

/// What the roots are looked for in. Paths are as messages show them.
struct KustomizeInputs {
  std::vector<std::string> files;  ///< of the run
  std::vector<std::string> named;  ///< what was asked about: files and folders
  std::string limit;               ///< the folder above which nothing is looked for
};

/// The kustomizations of a run that nothing else includes: those among its files, and those above
/// what was named that include something of it. `errors` gets kustomizations that cannot be read,
/// as sentences. Whole ones are what `render` makes of them, where there is one.
std::vector<KustomizeRoot> build_roots(const KustomizeInputs& inputs, const KustomizeFiles& files,
                                       const RenderBuild& render, std::vector<std::string>& errors);

/// What kustomize would refuse, in order: the file and a sentence.
std::vector<std::string> refused_by_kustomize(const std::vector<KustomizeRoot>& roots);

}  // namespace cnplint::project
