// SPDX-License-Identifier: Apache-2.0
//
// Applies the fixes of findings, round after round until there are none, and holds what that comes
// to against the verdict engine.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "lint/outcome.h"
#include "project/diff.h"
#include "project/project.h"

namespace cnplint::project {

/// Lints the inputs of a project.
using Lint = std::function<base::Result<lint::Outcome>(const Project& project, Inputs& inputs)>;

struct FixOptions {
  bool unsafe = false;  ///< those that change verdicts, too
  Lint lint;            ///< by the rules whose findings are to be fixed; must not fold findings
  /// Files that may change, as they are called; empty: all that were asked about.
  std::vector<std::string> only = {};
};

/// A fix that was applied.
struct AppliedFix {
  std::string place;  ///< `path:line:column`, of the text of its round
  std::string rule;
  std::string title;
  lint::Applicability applicability = lint::Applicability::safe;
};

/// What fixing came to. Nothing is written.
struct Fixed {
  std::map<std::string, std::string> texts;                  ///< of the files that change, by path
  std::map<std::string, const base::SourceFile*> originals;  ///< of these
  std::vector<AppliedFix> applied;
  /// What was not applied and could be, with its place and why: sentences, each once.
  std::vector<std::string> left;
  std::vector<ClusterChanges> verdicts;           ///< those of clusters in which some change
  lint::Outcome remaining;                        ///< what lint says of the new texts
  std::deque<std::unique_ptr<Project>> projects;  ///< findings point into the last one
  Inputs* inputs = nullptr;                       ///< the new ones
};

/// Fixes what lint finds in the inputs of a project, which must outlive the result.
base::Result<Fixed> fix(const Project& project, Inputs& inputs, const FixOptions& options);

}  // namespace cnplint::project
