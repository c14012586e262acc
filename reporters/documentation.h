// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::reporters {

/// The address of docs/ of this build (CMake's CNPLINT_DOCS_URL), without a slash at its end; empty
/// where it is published nowhere: then reports have no links, and texts in their place.
inline constexpr std::string_view kDocumentation = CNPLINT_DOCS_URL;

/// The page of a rule; empty where there is no documentation.
inline std::string page_of_rule(std::string_view rule) {
  if (kDocumentation.empty()) return {};
  return std::string(kDocumentation) + "/rules/" + std::string(rule) + ".md";
}

}  // namespace cnplint::reporters
