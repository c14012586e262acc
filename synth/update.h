// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/text/change.h"
#include "policy/verdict/verdict.h"
#include "synth/synthesis.h"
#include "synth/writer.h"

namespace cnplint::synth {

/// What existing policies lack.
struct Update {
  policy::Edits edits;                  ///< rules put into policies that are there, or taken out
  std::vector<PolicyDraft> added;       ///< policies for workloads that have none of their own
  std::vector<std::string> conflicts;   ///< learned connections that an explicit deny refuses
  std::vector<std::string> open;        ///< directions of workloads that nothing enforces
  std::vector<std::string> unwritten;   ///< what the kind of policy cannot say
  std::vector<std::string> not_pruned;  ///< unused rules that stay, and why
  std::size_t rules_added = 0;
  std::size_t rules_removed = 0;
};

/// What has to change so that everything learned passes. `existing` decides by the policies as they
/// are, and its first endpoints are those of the traffic; `unused` are rules of theirs that may go.
/// Only what is missing is added: into the policy that selects the workload and nobody else, where
/// there is one.
Update update(const policy::VerdictEngine& existing, const std::vector<policy::NodeRef>& unused,
              const Synthesis& synthesis, const DraftOptions& options);

/// What existing policies have decided for the workloads that they select: the label keys of their
/// annotation are frozen, and what they select by its release stays apart from other releases.
void keep_choices(const policy::PolicyList& existing, const ObservedTraffic& traffic,
                  LabelOptions& options);

}  // namespace cnplint::synth
