// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "lint/rule.h"

namespace cnplint::tests {

/// A configuration under which a rule is on, whatever its profile.
inline std::string config_of(const lint::Rule& rule, std::string_view config) {
  const bool asked = rule.profile == lint::Profile::recommended ||
                     config.find("profile:") != std::string_view::npos;
  return (asked ? "" : "profile: " + std::string(lint::profile_name(rule.profile)) + "\n") +
         std::string(config);
}

}  // namespace cnplint::tests
