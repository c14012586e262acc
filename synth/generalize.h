// SPDX-License-Identifier: Apache-2.0
//
// What makes policies shorter and wider, within a budget of connections that nobody saw.
#pragma once

#include <cstdint>

#include "synth/draft.h"

namespace cnplint::synth {

/// Generalises the rules of a policy, the cheapest steps first: runs of ports become ranges, CIDRs
/// the narrowest that holds them, sibling names a wildcard, workloads with a label in common one
/// selector, sibling paths a template. Each step costs the connections that it adds (a wildcard and
/// a template, of which nobody can count them, at least one), takes them off `budget` and is left
/// out where that does not suffice.
void generalize(PolicyDraft& policy, const ObservedTraffic& traffic, const Parties& parties,
                std::uint64_t& budget);

/// Drafts an EgressFirewall or EgressNetworkPolicy for each namespace: what its workloads were seen
/// to reach outside the cluster, and nothing else.
Drafts draft_firewalls(const Parties& parties, const std::vector<Permit>& permits,
                       const std::vector<OpenSide>& open, const DraftOptions& options);

}  // namespace cnplint::synth
