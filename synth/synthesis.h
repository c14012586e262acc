// SPDX-License-Identifier: Apache-2.0
//
// From traffic to drafts of policies: who connects, what they may, how it is said.
#pragma once

#include <string>
#include <vector>

#include "policy/model/environment.h"
#include "synth/draft.h"
#include "synth/releases.h"
#include "synth/template.h"
#include "synth/writer.h"

namespace cnplint::synth {

/// How policies are synthesised.
struct SynthesisOptions {
  LabelOptions labels;
  LearnOptions learn;
  DraftOptions draft;
  WriteOptions write;
  std::string copy_to;    ///< a namespace to draft ...
  std::string copy_from;  ///< ... from this one
};

/// Policies, and everything that they come from.
struct Synthesis {
  const ObservedTraffic* traffic = nullptr;  ///< that it was made from
  Parties parties;
  Learned learned;  ///< its permits have moved into the drafts
  Drafts drafts;
  std::vector<std::string> left_to_system;  ///< namespaces that got no policies
  ReleaseDifferences releases;              ///< of workloads that have some
  TemplateGaps gaps;                        ///< of a copied namespace
};

/// The traffic must outlive the result, and so must the policies that are there beside those that
/// are to be made: DNS that one of them grants the whole cluster is not repeated.
Synthesis synthesize(const ObservedTraffic& traffic, const SynthesisOptions& options,
                     const policy::Environment& environment,
                     const policy::PolicyList* existing = nullptr);

}  // namespace cnplint::synth
