// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "project/diff.h"
#include "project/state.h"

namespace cnplint::reporters {

/// What a change does, as it is told.
struct DiffReport {
  const project::State& before;
  const project::State& after;
  const std::vector<project::ClusterChanges>& clusters;
};

/// How many changes there are of each kind.
struct DiffCounts {
  std::size_t opened = 0;
  std::size_t closed = 0;
  std::size_t other = 0;  ///< of requests or authentication
};
DiffCounts counts_of(const std::vector<project::ClusterChanges>& clusters);

/// Lines for people, with the rules that decide.
std::string render_diff_text(const DiffReport& report);
/// docs/json.md says what is in it.
std::string render_diff_json(const DiffReport& report);
/// For a comment of a pull request: at most 60,000 characters.
std::string render_diff_markdown(const DiffReport& report);

}  // namespace cnplint::reporters
