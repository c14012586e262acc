// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reporters/test_reporter.h"

namespace cnplint::reporters {

/// The answer to `cnplint why`.
struct WhyReport {
  harness::TestResult result;
  std::vector<std::string> notes;        ///< what was assumed
  std::vector<std::string> suggestions;  ///< policies that would allow what is denied, as YAML
  std::vector<LeftOutPolicy> left_out;
  bool color = false;
};

std::string render_why_text(const WhyReport& report);
std::string render_why_json(const WhyReport& report);

}  // namespace cnplint::reporters
