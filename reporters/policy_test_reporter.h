// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "harness/policy_test_run.h"
#include "project/policy_tests.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {

/// Everything a report of `cnplint test` is made of.
struct TestReport {
  const project::PolicyTestRun& run;
  std::string_view version;
  bool color = false;
};

/// One output format of `cnplint test`.
struct TestFormat {
  std::string_view name;
  std::string (*render)(const TestReport&);
};
std::span<const TestFormat> test_formats();

// One file each.
std::string render_test_text(const TestReport& report);
std::string render_test_json(const TestReport& report);
std::string render_test_junit(const TestReport& report);
std::string render_test_tap(const TestReport& report);
std::string render_test_github(const TestReport& report);

/// `frontend → cart 7070/TCP`, with the request where there is one; empty for an invariant that
/// holds.
std::string connection_text(const harness::TestResult& result);
/// The name of a result, or its connection where the test has none.
std::string title(const harness::TestResult& result);
/// Lines that say what happened in both directions, by which rule, and the nearest reasons;
/// indented by two spaces, not escaped. Files are called as they are shown, or as `places` says.
std::vector<std::string> explanation(const harness::TestResult& result,
                                     RepositoryPlaces* places = nullptr);
/// The verdict of a direction with whom it is attributed to: `allow by Kind/namespace/name`.
std::string verdict_text(const policy::SideResult& side);

}  // namespace cnplint::reporters
