// SPDX-License-Identifier: Apache-2.0
//
// What the formats of `cnplint diff` share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reporters/diff.h"

namespace cnplint::reporters {

/// The names of changes in machine formats.
const char* kind_name(policy::ChangeOfVerdict change);

/// Where a rule stands in a state; empty where there is none.
std::string place_in(const project::State& state, policy::NodeRef rule);

/// `2 opened, 1 closed`.
std::string summary_line(const DiffReport& report);

/// What makes a change, in the words of each state, the new one first: `now` and `was`.
std::vector<std::pair<std::string, std::string>> causes(const DiffReport& report,
                                                        const policy::VerdictChange& change);

/// Whether a capture was given, and nobody asks in it for what a change opens.
bool is_unused(const DiffReport& report, const policy::VerdictChange& change);

/// A forbidden connection that opens, as a sentence without full stop.
std::string forbidden_text(const policy::ForbiddenOpening& opening);

/// What is told beside the changes: a heading, and lines below it.
struct DiffPart {
  std::string heading;
  std::vector<std::string> lines;
};
std::vector<DiffPart> diff_parts(const DiffReport& report);

}  // namespace cnplint::reporters
