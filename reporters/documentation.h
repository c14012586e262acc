// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::reporters {

/// The address of docs/ of this build (CMake's CNPLINT_DOCS_URL), without a slash at its end; empty
/// where it is published nowhere: then reports have texts in the place of links.
#ifdef CNPLINT_DOCS_URL
inline constexpr std::string_view kDocumentation = CNPLINT_DOCS_URL;
#else
inline constexpr std::string_view kDocumentation;
#endif
/// The same for formats that must have an address: where an installation has it.
inline constexpr std::string_view kHomepage =
    kDocumentation.empty() ? "file:///usr/share/doc/cnplint/docs" : kDocumentation;

/// The page of a rule; empty where there is no documentation.
inline std::string page_of_rule(std::string_view rule) {
  if (kDocumentation.empty()) return {};
  return std::string(kDocumentation) + "/rules/" + std::string(rule) + ".md";
}

}  // namespace cnplint::reporters
