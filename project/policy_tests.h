// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "harness/policy_test_run.h"
#include "project/project.h"

namespace cnplint::project {

/// Which tests are run, and what their files may name.
struct PolicyTestOptions {
  std::vector<std::string> filter;  ///< only tests whose name has one of these texts; empty: all
  bool fail_fast = false;           ///< stop at the first test that fails
  std::string cluster;              ///< of those that the files make, this one; empty: all
  bool allow_outside = false;       ///< policies and manifests outside of the repository, too
  /// What files of tests name below the first folder of a pair is read below its second one:
  /// another state of the same files. The first pair that fits counts.
  std::vector<std::pair<std::string, std::string>> elsewhere;
};

/// What came of them.
struct PolicyTestRun {
  std::vector<harness::TestResult> results;
  std::vector<RefusedPolicy> left_out;
  std::vector<std::string> errors;    ///< what cannot be read, with its place
  std::vector<std::string> warnings;  ///< sentences
  std::vector<std::string> notes;     ///< about the inputs, sentences
  bool wrong_cluster = false;         ///< a document has not the cluster that the options name
  std::size_t files = 0;

  [[nodiscard]] std::size_t failed() const;
};

/// Runs the policy tests of files and folders, each document with the policies that it names. Where
/// running clusters are among the paths, with what they have in the place of that. Views in the
/// result are good as long as the project.
PolicyTestRun run_policy_tests(Project& project, const std::vector<std::string>& paths,
                               const PolicyTestOptions& options);

}  // namespace cnplint::project
