// SPDX-License-Identifier: Apache-2.0
//
// What kustomize and helm make of a repository, as objects that stand where people wrote them
// (`--render`). What cannot be rendered is read by its layout, and said.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "project/chart_releases.h"
#include "project/kustomize.h"
#include "project/renderer.h"

namespace cnplint::project {

class Rendering {
 public:
  /// Puts what kustomize makes of the folder of a build in the place of its objects.
  void render(KustomizeBuild& build, const KustomizeFiles& files);

  /// The objects of a release; none where helm cannot render it.
  std::optional<std::vector<BuiltObject>> render(const PlacedRelease& placed,
                                                 const KustomizeFiles& files);

  /// Sentences.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  void note(const std::string& sentence);
  void note_absence(bool there, const char* program);
  const policy::Document* lines_of(const std::string& path, const KustomizeFiles& files);
  std::optional<BuiltObject> placed_by_origin(policy::NodeRef printed, const KustomizeBuild& build,
                                              const KustomizeFiles& files) const;

  Renderer renderer_;
  std::map<std::string, base::Result<std::string>> printed_;  ///< by folder
  std::map<std::string, policy::Document> lines_;             ///< of templates, by path
  std::vector<std::string> notes_;
};

}  // namespace cnplint::project
