// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "lint/driver.h"
#include "policy/model/environment.h"
#include "synth/draft.h"
#include "synth/template.h"
#include "synth/writer.h"

namespace cnplint::cli {

/// How policies are synthesised.
struct SynthesisOptions {
  synth::LabelOptions labels;
  synth::LearnOptions learn;
  synth::DraftOptions draft;
  synth::WriteOptions write;
  std::string copy_to;    ///< a namespace to draft ...
  std::string copy_from;  ///< ... from this one
};

/// Policies, and everything that they come from.
struct Synthesis {
  synth::Traffic traffic;
  synth::Parties parties;
  synth::Learned learned;  ///< its permits have moved into the drafts
  synth::Drafts drafts;
  synth::TemplateGaps gaps;  ///< of a copied namespace
};

Synthesis synthesize(synth::Traffic traffic, const SynthesisOptions& options,
                     const policy::Environment& environment);

/// Holds the policies to what is promised of them: no finding of `cnplint lint` above a note, every
/// learned connection passes, and no more connections pass that nobody saw than generalising may
/// add. A copied namespace rests on no traffic of its own: only the first is promised of it.
struct Guarantees {
  std::vector<std::string> failures;  ///< sentences; empty: all hold
  std::uint64_t excess = 0;
};
Guarantees check_guarantees(const Synthesis& synthesis, const SynthesisOptions& options,
                            const policy::Environment& environment, unsigned threads);

/// Findings above a note that texts have and that earlier ones had not, as sentences.
std::vector<std::string> new_findings(const std::vector<lint::InMemory>& before,
                                      const std::vector<lint::InMemory>& after,
                                      const Synthesis& synthesis,
                                      const policy::Environment& environment, unsigned threads = 0);

}  // namespace cnplint::cli
