// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "project/why.h"

namespace cnplint::reporters {

/// The answer to `cnplint why`, or that of each cluster.
struct WhyReport {
  const std::vector<project::ClusterAnswer>& answers;
  bool color = false;
};

std::string render_why_text(const WhyReport& report);
std::string render_why_json(const WhyReport& report);

}  // namespace cnplint::reporters
