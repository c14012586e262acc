// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/capture_input.h"
#include "cli/policy_input.h"
#include "coverage/coverage.h"
#include "lint/traffic.h"

namespace cnplint::cli {

/// Policies held against captures, and what that is made of; all parts live as long as it.
struct CoverageInput {
  base::SourceStore store;
  std::unique_ptr<PolicyLoader> loader;
  PolicyInput policies;
  coverage::ObservedTraffic traffic;
  coverage::CoverageReport report;
  lint::TrafficFacts facts;
  bool any_flow = false;
};

/// Whether the facts carry what would mend them, which has to be synthesised first.
enum class Fixes : bool { without, with };

/// Reads both and measures. Errors are those of flags; `outputs` and `code` are as in
/// read_captures().
base::Result<std::unique_ptr<CoverageInput>> measure_coverage(
    const std::vector<std::string>& captures, const CaptureFlags& flags,
    const std::vector<std::string>& paths, const lint::Config& config, const base::FileSet& outputs,
    int& code, Fixes fixes = Fixes::without);

}  // namespace cnplint::cli
