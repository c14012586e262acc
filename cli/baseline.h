// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/policy_input.h"
#include "coverage/observed_traffic.h"
#include "synth/draft.h"

namespace cnplint::cli {

/// What the policies lack by the traffic: fixes for the findings about it.
struct Baseline {
  /// By connection and direction: the rule that would allow it, as YAML in one line.
  std::map<std::pair<std::uint32_t, policy::Direction>, std::string> rules;
  /// Policies for workloads that no policy selects, and each as YAML in one line.
  std::vector<std::pair<synth::PolicyDraft, std::string>> policies;
  /// Sentences about each of these: what it permits.
  std::vector<std::vector<std::string>> evidence;
};

/// Synthesises what policies lack. Connections are those of `observed`.
Baseline baseline_of(const coverage::ObservedTraffic& observed, const flows::Span& span,
                     const PolicyInput& policies, const policy::Environment& environment);

}  // namespace cnplint::cli
