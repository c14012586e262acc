// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace cnplint::base {

/// Calls body(i) once for every i in [0, count), on at most `threads` threads (0: as many as the
/// machine has), in no particular order, and returns when all are done. The body must not throw.
void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& body);

}  // namespace cnplint::base
