// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "synth/draft.h"

namespace cnplint::synth {

/// The ports of a peer by protocol and number, and what was seen of each.
struct PeerPorts {
  struct Port {
    PortTerm term;
    bool requests_only = true;  ///< HTTP rules filter nothing that was seen
    std::vector<Evidence> evidence;
  };
  std::map<std::pair<std::uint16_t, std::uint8_t>, Port> ports;
};
/// What one direction of a workload has to allow.
using Wanted = std::map<Peer, PeerPorts>;

/// The fewest rules that say exactly what is wanted, in order.
std::vector<RuleDraft> fewest_rules(policy::PolicyKind kind, const Wanted& wanted,
                                    policy::Direction direction);

}  // namespace cnplint::synth
