// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "lint/finding.h"
#include "project/inputs.h"

namespace cnplint::project {

/// Where nodes are written: those of what a kustomization makes of several files are found in the
/// file that has them. Templates and what was rendered of them are nobody's to change.
class WrittenNodes {
 public:
  explicit WrittenNodes(const Inputs& inputs);

  /// The node of the document that was read, or none where what it says is written nowhere.
  policy::NodeRef operator()(policy::NodeRef node) const;

 private:
  const Inputs& inputs_;
  std::map<const base::SourceFile*, const File*> files_;
};

/// Makes edits of what findings say is to change. A fix whose changes cannot be made in the text is
/// for people only.
void make_edits(const Inputs& inputs, std::vector<lint::Finding>& findings);

}  // namespace cnplint::project
