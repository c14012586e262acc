// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cnplint::reporters {

/// For every line of a text the value that GitHub code scanning keeps as primaryLocationLineHash:
/// a hash of the 100 UTF-16 units from the line's start, blanks left out, and how often it has come
/// in the file. The upload action warns where a report has another value than its own.
std::vector<std::string> line_hashes(std::string_view text);

}  // namespace cnplint::reporters
