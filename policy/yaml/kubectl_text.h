// SPDX-License-Identifier: Apache-2.0
//
// Where kubectl's reader takes the text of a scalar otherwise than libyaml does.
#pragma once

#include <cstddef>
#include <string_view>

namespace cnplint::policy {

/// The offset of an escape `\/` in a scalar as it is written, in double quotes; npos where there is
/// none. libyaml takes it from JSON, kubectl's reader of YAML does not know it.
std::size_t unknown_escape(std::string_view written);

/// Whether a block scalar as it is written, `|` or `>` first, keeps its last line break.
bool keeps_line_break(std::string_view written);

}  // namespace cnplint::policy
