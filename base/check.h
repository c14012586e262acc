// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cnplint::base {

/// Prints what was expected, and where, to stderr and aborts: the end of a run that met a bug.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace cnplint::base

/// States what the code relies on. A failure is a bug of ours, never the user's: it aborts, also in
/// release builds.
#define CNPLINT_CHECK(expression) \
  ((expression) ? void() : ::cnplint::base::check_failed(#expression, __FILE__, __LINE__))
