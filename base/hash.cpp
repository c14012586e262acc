// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <xxhash.h>

namespace cnplint::base {

std::uint64_t hash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

std::string hash_hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr unsigned kLastShift = 60;
  const std::uint64_t value = XXH64(text.data(), text.size(), 0);
  std::string hex;
  for (unsigned shift = 0; shift <= kLastShift; shift += 4)
    hex += kDigits[(value >> (kLastShift - shift)) & 0xFU];
  return hex;
}

}  // namespace cnplint::base
