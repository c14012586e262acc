// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/policy_input.h"
#include "cli/synthesis.h"
#include "coverage/observed_traffic.h"
#include "synth/update.h"

namespace cnplint::cli {

/// What an update does to files: their new text by path, as messages name it.
struct UpdatedFiles {
  synth::Update update;
  std::map<std::string, std::string> texts;
  std::map<std::string, const base::SourceFile*> before;  ///< of files that are there
};

/// What an update is made from.
struct UpdateInput {
  const PolicyInput& existing;
  const std::string& target;  ///< a file, or the folder of new policies
  bool prune = false;
  const Synthesis& synthesis;
  const coverage::ObservedTraffic& observed;
  const flows::Totals& totals;
  const SynthesisOptions& options;
  const policy::Environment& environment;
};

/// What existing policies lack (and with `prune` have too much of), as new texts of their files. A
/// policy of its own goes into a new file below `target`, or to the end of it where that is a file.
UpdatedFiles update_policies(const UpdateInput& input);

/// Why the new files must not be written: new findings of lint above a note, or a second update
/// that would change something again. Empty: they may.
std::vector<std::string> update_failures(const UpdatedFiles& files, const UpdateInput& input);

}  // namespace cnplint::cli
