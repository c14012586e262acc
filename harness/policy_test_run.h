// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/policy_test_file.h"
#include "harness/reasons.h"
#include "policy/verdict/evaluator.h"

namespace cnplint::harness {

/// What one pair of endpoints on one port came to.
struct TestResult {
  std::string file;
  std::string name;
  std::string cluster;  ///< empty where all clusters answer so
  std::string from;
  std::string to;
  std::uint8_t protocol = 0;
  std::uint16_t port = 0;
  std::string request;  ///< `GET /path` or a DNS name; empty where none is asked
  bool invariant = false;
  bool passed = true;
  std::vector<std::string> notes;     ///< what to know of a result, also of one that passed
  std::vector<std::string> problems;  ///< what was expected, and what is
  policy::SideResult egress;
  policy::SideResult ingress;
  std::vector<Reason> reasons;  ///< of a failed result
  base::SourceRange where;
  /// What the test says, with its endpoints and its environment: the same text is the same test.
  std::string definition;
};

/// Adds a reason that both directions may have only once.
void add_reason(Reason reason, std::vector<Reason>& reasons);

/// The results of one test file in several clusters, one list for each: results that are the same
/// in all become one without a cluster, others stand behind each other.
std::vector<TestResult> joined_results(std::vector<std::vector<TestResult>> clusters);

/// Which tests to run.
struct RunOptions {
  std::function<bool(const std::string& name)> selected;  ///< empty: all
  bool fail_fast = false;
};

/// Runs the tests of a file, in their order, then its invariants. `file` is what results call it.
std::vector<TestResult> run_tests(const TestFile& test, const std::string& file,
                                  const policy::PolicyList& policies,
                                  const policy::Inventory& inventory, const RunOptions& options);

}  // namespace cnplint::harness
