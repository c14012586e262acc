// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::lint {

/// XXH64 as 16 hexadecimal digits.
std::string hash_hex(std::string_view text);

}  // namespace cnplint::lint
