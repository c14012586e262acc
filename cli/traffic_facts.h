// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "cli/baseline.h"
#include "coverage/coverage.h"
#include "lint/traffic.h"
#include "policy/model/policy.h"

namespace cnplint::cli {

/// What coverage found, as the rules about traffic take it, with the fixes of the baseline.
/// `capture` is what findings call it that
/// point at no policy and no manifest.
lint::TrafficFacts traffic_facts(const coverage::CoverageReport& report,
                                 const coverage::ObservedTraffic& traffic,
                                 std::span<const policy::Policy> policies, const Baseline& baseline,
                                 const std::string& capture);

}  // namespace cnplint::cli
