// SPDX-License-Identifier: Apache-2.0
//
// Policy tests of two states of a repository: which of them come to something else.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "harness/policy_test_run.h"
#include "project/state.h"

namespace cnplint::project {

/// What becomes of the policy tests. Results are those of the state in which a test fails; views in
/// them are good as long as the states.
struct TestChanges {
  std::vector<harness::TestResult> broken;  ///< tests of NEW that pass on OLD and fail on NEW
  std::vector<harness::TestResult> mended;  ///< the other way around
  /// Tests of OLD that NEW has not like that: they pass on OLD and would fail on NEW.
  std::vector<harness::TestResult> given_up;
  std::vector<std::string> errors;  ///< what of NEW's tests cannot be run, with its place
  std::size_t tests = 0;            ///< results that NEW's tests have on NEW
};

/// Which tests of two states are run.
struct ChangedTestsQuestion {
  /// Files and folders on disk, the same tests for both states; none: those that the states have.
  std::vector<std::string> paths;
  std::string old_cluster;  ///< of OLD's clusters this one; empty: all
  std::string new_cluster;
};

/// Runs the tests of both states on both of them: each file with the policies and manifests that
/// either state has where the file names some, or with what a running cluster has.
TestChanges changed_tests(const State& before, const State& after,
                          const ChangedTestsQuestion& question);

}  // namespace cnplint::project
