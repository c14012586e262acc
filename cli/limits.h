// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace cnplint::cli {

/// What a run may cost at most, for gates that read what nobody has looked at: --timeout and
/// --max-memory. Past either the run ends with exit code 3, and nothing is written.
struct Limits {
  double seconds = 0;      ///< 0: no limit
  std::size_t memory = 0;  ///< bytes; 0: no limit
};

/// Puts the limits in force for the rest of the process.
void enforce(const Limits& limits);

/// Says that there was no memory left, and returns the exit code: that of a limit that the user
/// has set, else that of an internal error.
int out_of_memory();

}  // namespace cnplint::cli
