// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "project/kustomize_object.h"

namespace cnplint::project {

/// Whether objects are what the target of a patch selects: regular expressions for the whole of
/// group, version, kind, name and namespace (the original ones and the current ones count), and
/// selectors of labels and annotations (Select of kustomize's resmap). What is not there selects
/// everything.
class TargetMatcher {
 public:
  /// A target that cannot be read matches nothing, and is a problem.
  TargetMatcher(const PatchTarget& target, KustomizeRun& run);
  ~TargetMatcher();
  TargetMatcher(const TargetMatcher&) = delete;
  TargetMatcher& operator=(const TargetMatcher&) = delete;

  [[nodiscard]] bool matches(KustomizeObject& object) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cnplint::project
