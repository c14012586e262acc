// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cnplint::cli {

/// What `cnplint --version` prints: `cnplint 0.1.0`, of a release with its commit and that one's
/// date.
std::string version_text();

}  // namespace cnplint::cli
