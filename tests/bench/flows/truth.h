// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coverage/coverage.h"
#include "flows/capture.h"
#include "tests/bench/flows/traffic.h"

namespace cnplint::tests {

/// What was read, in the terms of the generator's truth: everything that reading can tell.
TrafficTruth truth_of(const flows::Capture& capture);

/// What was measured: everything that coverage can tell.
TrafficTruth truth_of(const coverage::CoverageReport& report,
                      const coverage::ObservedTraffic& traffic);

}  // namespace cnplint::tests
