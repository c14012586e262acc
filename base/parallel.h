// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace cnplint::base {

/// How many threads to take where so many are asked for (0: as many as the machine has).
unsigned thread_count(unsigned asked);

/// Calls body() on so many threads at once, this one among them, and returns when all are done.
/// Where the machine gives fewer threads it is called fewer times. What the first of them throws is
/// thrown again here.
void on_threads(unsigned threads, const std::function<void()>& body);

/// Calls body(i) once for every i in [0, count), on at most `threads` threads (0: as many as the
/// machine has), in no particular order, and returns when all are done. Where a body throws, the
/// rest is left out and the exception is thrown here.
void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& body);

}  // namespace cnplint::base
