// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/coverage.h"
#include "flows/capture.h"
#include "lint/traffic.h"
#include "policy/verdict/evaluator.h"
#include "project/inputs.h"

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

/// The cluster that a capture is of: the one that is named, else the only one, else the one whose
/// name the flows have; its folders' namespaces by their names in the capture. `notes` gets those
/// that stay unknown, as sentences.
base::Result<const Cluster*> cluster_of(Inputs& inputs, const flows::Capture& capture,
                                        std::string_view name, std::vector<std::string>& notes);

/// What the policies lack by the traffic, synthesised.
lint::Remedies remedies(const Measurement& measurement);

}  // namespace cnplint::project
