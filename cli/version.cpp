// SPDX-License-Identifier: Apache-2.0
#include "cli/version.h"

namespace cnplint::cli {

std::string version_text() {
  // Only a release is told its commit (cmake/Static.cmake): it would build anew with every one.
#ifdef CNPLINT_COMMIT
  return "cnplint " CNPLINT_VERSION " (" CNPLINT_COMMIT ")";
#else
  return "cnplint " CNPLINT_VERSION;
#endif
}

}  // namespace cnplint::cli
