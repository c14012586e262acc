// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "flows/capture.h"
#include "project/measure.h"
#include "tests/flows/reading.h"

namespace cnplint::tests {

/// Policies held against a capture, as `cnplint cover` does.
struct WrittenCover {
  WrittenCover(const std::string& policies, const std::string& capture) : project({}) {
    project::Inputs& inputs = project.open({}, {{"policies.yaml", policies}});
    for (const project::RefusedPolicy& each : inputs.clusters().front().refused())
      ADD_FAILURE() << each.reason() << "\n" << policies;
    result =
        project::measure(inputs.clusters().front(), flows::resolve(read_flow_text(capture).table));
  }

  /// Connections that passed and would be denied, or some request of which would.
  [[nodiscard]] std::vector<std::uint32_t> cut_off() const {
    std::vector<std::uint32_t> all;
    for (const coverage::ConnectionCoverage& each : result->report.connections)
      if (result->traffic.connections[each.observed].passed > 0 &&
          (each.coverage == coverage::Coverage::denied || !each.denied_requests.empty()))
        all.push_back(each.observed);
    return all;
  }
  [[nodiscard]] std::string text(std::uint32_t index) const {
    return described(result->traffic.connections[index], result->traffic);
  }

  project::Project project;
  std::unique_ptr<project::Measurement> result;
};

}  // namespace cnplint::tests
