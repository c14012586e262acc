// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/policy.h"
#include "synth/synthesis.h"

namespace cnplint::synth {

/// What a set of policies does to the traffic that it was made from, as the verdict engine decides.
struct Proof {
  std::vector<std::string> denied;    ///< learned connections and requests that would be refused
  std::uint64_t excess = 0;           ///< connections of the inventory that nobody saw, and pass
  std::vector<std::string> examples;  ///< of these, at most ten
  std::vector<std::string> left_out;  ///< and of those that were seen and left out on purpose
};

/// Decides every learned connection and counts what else the policies allow: for each workload that
/// they select and each party that the capture knows, the ports (of TCP, UDP, SCTP; ICMP types)
/// that nobody saw and that pass. DNS to the cluster's resolver is not counted, which every
/// workload needs; nor the local host, which Cilium always lets in.
Proof prove(const policy::PolicyList& policies, const Synthesis& synthesis,
            const policy::Environment& environment);

}  // namespace cnplint::synth
