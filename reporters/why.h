// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/suggestion.h"
#include "reporters/policy_test_reporter.h"

namespace cnplint::reporters {

/// The answer to `cnplint why`.
struct WhyReport {
  harness::TestResult result;
  std::vector<std::string> before;  ///< what to know of the question, said before the answer
  std::vector<std::string> notes;   ///< what the answer rests on
  std::vector<harness::Suggestion> suggestions;
  std::vector<LeftOutPolicy> left_out;
  bool color = false;
};

std::string render_why_text(const WhyReport& report);
std::string render_why_json(const WhyReport& report);

}  // namespace cnplint::reporters
