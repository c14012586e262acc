// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "coverage/observed_traffic.h"
#include "flows/capture.h"
#include "project/project.h"
#include "synth/synthesis.h"
#include "synth/update.h"

namespace cnplint::project {

/// What an update does to files: their new text by path, as messages name it.
struct UpdatedFiles {
  synth::Update update;
  std::map<std::string, std::string> texts;
  std::map<std::string, const base::SourceFile*> before;  ///< of files that are there
  std::vector<std::string> refused;  ///< changes that must not be made, and why
};

/// What an update is made from.
struct UpdateInput {
  const Project& project;              ///< of the policies to update
  const Inputs& inputs;                ///< where they are
  const Cluster& existing;             ///< one of the clusters there
  const policy::Inventory& inventory;  ///< of all manifests
  const std::string& target;           ///< a file, or the folder of new policies
  bool prune = false;
  const synth::Synthesis& synthesis;
  const flows::Totals& totals;
  const synth::SynthesisOptions& options;
  unsigned threads = 0;
};

/// The names of the clusters that have policies of a file.
using ClustersOfFiles = std::map<const base::SourceFile*, std::vector<std::string>>;
/// The files with policies of other clusters than one.
ClustersOfFiles other_clusters(const Inputs& inputs, const Cluster& cluster);

/// What existing policies lack (and with `prune` have too much of), as new texts of their files. A
/// policy of its own goes into a new file below `target`, or to the end of it where that is a file.
UpdatedFiles update_policies(const UpdateInput& input);

/// What the new files come to.
struct UpdateChecks {
  /// Why they must not be written: new errors of lint, or a second update that would change
  /// something again. Empty: they may.
  std::vector<std::string> failures;
  std::vector<std::string> warnings;  ///< new ones of lint, to be told
  std::vector<std::string> denied;    ///< what passed, and the policies deny all the same
};
UpdateChecks check_update(const UpdatedFiles& files, const UpdateInput& input);

}  // namespace cnplint::project
