// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace cnplint::base {

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "cnplint: internal error: %s does not hold (%s:%d)\n", expression, file,
               line);
  std::abort();
}

}  // namespace cnplint::base
