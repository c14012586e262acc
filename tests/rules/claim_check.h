// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "lint/finding.h"
#include "policy/verdict/request.h"
#include "tests/rules/claim_universe.h"

namespace cnplint::tests {

/// How a claim fared.
struct ClaimResult {
  std::string wrong;         ///< what speaks against it; empty where nothing does
  std::size_t compared = 0;  ///< connections, or endpoints, that it was held against
  bool something = false;    ///< whether the node matched or selected anything at all
};

/// Holds what a finding claims against the engine.
ClaimResult check_claim(const lint::Finding& finding, const ClaimUniverse& universe);

}  // namespace cnplint::tests
