// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cnplint::base {

/// XXH3 of 64 bits, for tables in memory.
std::uint64_t hash(std::string_view text);

/// Takes a number into a hash, so that what only changed places has another one. For tables in
/// memory.
constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
  constexpr int kHalf = 32;
  hash = (hash ^ value) * kOdd;
  return hash ^ (hash >> kHalf);
}

/// XXH64 as 16 hexadecimal digits, for fingerprints that are kept.
std::string hash_hex(std::string_view text);

}  // namespace cnplint::base
