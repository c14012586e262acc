// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cnplint::base {

/// XXH3 of 64 bits, for tables in memory.
std::uint64_t hash(std::string_view text);

/// XXH64 as 16 hexadecimal digits, for fingerprints that are kept.
std::string hash_hex(std::string_view text);

}  // namespace cnplint::base
