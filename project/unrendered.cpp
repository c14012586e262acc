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

std::vector<policy::Unrendered> unrendered(const Inputs& inputs) {
  std::vector<policy::Unrendered> all;
  // Which namespace a chart is for, or a resource from elsewhere, no file says.
  for (const File* file : inputs.files()) {
    const std::string& path = file->path();
    const bool of_chart =
        !file->templates().empty() || path == "Chart.yaml" || path.ends_with("/Chart.yaml");
    if (!of_chart || inputs.is_rendered(file->source())) continue;
    all.push_back({path, ""});
    break;
  }
  for (const KustomizeRoot& root : inputs.kustomizations())
    if (makes_more(root.build)) all.push_back({root.build.folder, ""});
  return all;
}

}  // namespace cnplint::project
