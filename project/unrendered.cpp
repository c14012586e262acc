// SPDX-License-Identifier: Apache-2.0
#include "project/unrendered.h"

#include <algorithm>

namespace cnplint::project {
namespace {

/// Whether a kustomization has resources from elsewhere, or makes some in ways that are not
/// followed.
bool makes_more(const KustomizeBuild& build) {
  return !build.remote.empty() || std::ranges::any_of(build.problems, &KustomizeProblem::note);
}

}  // namespace

std::vector<policy::Unrendered> unrendered(const std::vector<const File*>& files,
                                           const std::vector<KustomizeRoot>& roots) {
  std::vector<policy::Unrendered> all;
  // Which namespace a chart is for, or a resource from elsewhere, no file says.
  for (const File* file : files)
    if (!file->templates().empty() || file->path() == "Chart.yaml" ||
        file->path().ends_with("/Chart.yaml")) {
      all.push_back({file->path(), ""});
      break;
    }
  for (const KustomizeRoot& root : roots)
    if (makes_more(root.build)) all.push_back({root.build.folder, ""});
  return all;
}

}  // namespace cnplint::project
