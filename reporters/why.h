// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reporters/test_reporter.h"

namespace cnplint::reporters {

/// The smallest policy that would allow a direction that is denied.
struct Suggestion {
  std::string direction;
  std::string policy;  ///< YAML
};

/// The answer to `cnplint why`.
struct WhyReport {
  harness::TestResult result;
  std::vector<std::string> notes;  ///< what was assumed
  std::vector<Suggestion> suggestions;
  std::vector<LeftOutPolicy> left_out;
  bool color = false;
};

std::string render_why_text(const WhyReport& report);
std::string render_why_json(const WhyReport& report);

}  // namespace cnplint::reporters
