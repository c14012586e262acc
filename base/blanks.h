// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::base {

/// A text without the spaces, tabs and line breaks at its ends.
std::string_view without_blanks(std::string_view text);

/// The end of a message about a text that can have no blanks: which it has, and where, as in
/// `: it has a space at its end`. Empty where it has none.
std::string blanks_hint(std::string_view text);

}  // namespace cnplint::base
