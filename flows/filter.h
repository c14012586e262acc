// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flows/table.h"

namespace cnplint::flows {

/// The words that choose connections by what became of them: Hubble's verdicts, and `denied` and
/// `denied-by-rule` for the two ways in which policy drops.
inline constexpr std::string_view kVerdictWords =
    "forwarded, redirected, dropped, audit, error, unknown, denied, denied-by-rule";
bool is_verdict_word(std::string_view word);

/// Which connections to keep: those that meet one of each list; an empty list asks for nothing.
struct Filter {
  std::vector<std::string> namespaces;  ///< of either end
  std::vector<std::string> workloads;   ///< `NAME` or `NAMESPACE/NAME` of either end
  std::vector<std::uint16_t> ports;
  std::vector<std::string> verdicts;  ///< of kVerdictWords, in any case

  [[nodiscard]] bool empty() const {
    return namespaces.empty() && workloads.empty() && ports.empty() && verdicts.empty();
  }
};

/// Drops the connections of a table that a filter does not keep. Ends are looked at as
/// resolved_endpoints() understands them, and stay as they are.
void apply(const Filter& filter, Table& table);

}  // namespace cnplint::flows
