// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::reporters {

/// An element with content that is HTML already; no class where it is empty.
std::string element(std::string_view name, std::string_view cls, const std::string& content);
/// A page that needs nothing from elsewhere and runs nothing.
std::string html_page(const std::string& body);

}  // namespace cnplint::reporters
