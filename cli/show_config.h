// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lint/config.h"

namespace cnplint::cli {

/// The configuration in force as YAML that cnplint reads again, with a comment on where it is from.
std::string show_config(const lint::Config& config);

}  // namespace cnplint::cli
