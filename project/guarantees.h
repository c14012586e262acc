// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/model/environment.h"
#include "project/project.h"
#include "synth/synthesis.h"

namespace cnplint::project {

/// Findings of `cnplint lint` above a note, as sentences.
struct LintSentences {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

/// What is promised of synthesised policies: no error of `cnplint lint`, every learned connection
/// passes, and no more connections pass that nobody saw than generalising may
/// add. A copied namespace rests on no traffic of its own: only the first is promised of it.
/// `together` policies or more are checked beside each other, with all that select the same pods:
/// what lint would say of two policies is sought among these.
struct Guarantees {
  std::vector<std::string> failures;  ///< sentences; empty: all hold
  std::vector<std::string> warnings;  ///< of lint, to be told
  std::uint64_t excess = 0;
  std::uint64_t shared = 0;  ///< connections by labels that several workloads have
};
inline constexpr std::size_t kTogether = 1000;
Guarantees check_guarantees(const synth::Synthesis& synthesis,
                            const synth::SynthesisOptions& options,
                            const policy::Environment& environment, unsigned threads,
                            std::size_t together = kTogether);

/// A cluster that is linted.
struct Linted {
  const Project& project;
  const Inputs& inputs;
  const Cluster& cluster;
};
/// What a cluster has and had not before.
LintSentences new_findings(const Linted& before, const Linted& after,
                           const synth::Synthesis& synthesis);

}  // namespace cnplint::project
