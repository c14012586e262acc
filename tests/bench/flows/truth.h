// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "flows/capture.h"
#include "harness/coverage.h"
#include "tests/bench/flows/traffic.h"

namespace cnplint::tests {

/// What was read, in the terms of the generator's truth: everything that reading can tell.
TrafficTruth truth_of(const flows::Capture& capture);

/// What was measured: everything that coverage can tell.
TrafficTruth truth_of(const harness::CoverageReport& report,
                      const harness::ObservedTraffic& traffic);

}  // namespace cnplint::tests
