// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/coverage.h"
#include "flows/capture.h"
#include "lint/traffic.h"
#include "policy/verdict/evaluator.h"
#include "project/project.h"

namespace cnplint::project {

/// The policies of a cluster held against a capture. It and its cluster must outlive what is made
/// of it.
struct Measurement {
  coverage::ObservedTraffic traffic;
  /// Decides by the cluster's policies about coverage::universe() of the traffic.
  std::unique_ptr<policy::Evaluator> evaluator;
  coverage::CoverageReport report;
  bool any_flow = false;
};

std::unique_ptr<Measurement> measure(const Cluster& cluster, const flows::Capture& capture);

/// What the policies lack by the traffic, synthesised.
lint::Remedies remedies(const Measurement& measurement);

}  // namespace cnplint::project
