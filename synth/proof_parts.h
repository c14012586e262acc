// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "synth/endpoint_index.h"
#include "synth/synthesis.h"

namespace cnplint::synth {

/// Policies that can be proved without the others: these select none of their endpoints.
struct ProofPart {
  std::vector<std::uint32_t> policies;     ///< indices of Drafts::policies, ascending
  std::vector<std::uint32_t> endpoints;    ///< that they select, ascending; of the first part those
                                           ///< as well that may have policies and have none
  std::vector<std::uint32_t> connections;  ///< of these endpoints, ascending
};

/// Puts policies into parts of `together` or more. All are in one where they are for whole
/// namespaces.
std::vector<ProofPart> proof_parts(const Synthesis& synthesis, const EndpointIndex& endpoints,
                                   std::size_t together);

}  // namespace cnplint::synth
