// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace cnplint::tests {

/// Where the random inputs of a law begin: CNPLINT_SEED, which CI sets to the commit, so that each
/// one tries others and a failure can be seen again; else the same every time.
inline std::uint64_t seed() {
  const char* given = std::getenv("CNPLINT_SEED");
  return given == nullptr ? 1 : std::strtoull(given, nullptr, 16);
}

/// Whether all inputs of a law are wanted, which takes minutes: `make laws` sets it.
inline bool wants_all_inputs() { return std::getenv("CNPLINT_ALL_INPUTS") != nullptr; }

}  // namespace cnplint::tests
