// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "project/changed_tests.h"
#include "project/diff.h"
#include "project/observed_changes.h"
#include "project/state.h"

namespace cnplint::reporters {

/// What a change does, as it is told.
struct DiffReport {
  const project::State& before;
  const project::State& after;
  const std::vector<project::ClusterChanges>& clusters;
  std::string_view version = {};                       ///< of cnplint
  const project::ObservedChanges* observed = nullptr;  ///< where a capture was given
  const project::TestChanges* tests = nullptr;         ///< where there are policy tests
  std::vector<std::string> errors = {};  ///< what cannot be read of the states, and is left out
};

/// How many changes there are of each kind.
struct DiffCounts {
  std::size_t opened = 0;
  std::size_t closed = 0;
  std::size_t other = 0;  ///< of requests, authentication or default deny
};
DiffCounts counts_of(const std::vector<project::ClusterChanges>& clusters);

/// Lines for people, with the rules that decide.
std::string render_diff_text(const DiffReport& report);
/// docs/json.md says what is in it.
std::string render_diff_json(const DiffReport& report);
/// For a comment of a pull request: at most 60,000 characters.
std::string render_diff_markdown(const DiffReport& report);
/// One line for each change and range of ports.
std::string render_diff_csv(const DiffReport& report);
/// Each change on the rule that makes it.
std::string render_diff_sarif(const DiffReport& report);
std::string render_diff_dot(const DiffReport& report);
std::string render_diff_mermaid(const DiffReport& report);

}  // namespace cnplint::reporters
