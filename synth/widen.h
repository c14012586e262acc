// SPDX-License-Identifier: Apache-2.0
//
// What policies allow beside what was seen, each kind of it with a name: rules that stop at what a
// capture shows would cut off the same workloads once they run elsewhere.
#pragma once

#include <cstdint>
#include <map>

#include "synth/draft.h"
#include "synth/permit.h"

namespace cnplint::synth {

struct Synthesis;

/// Adds permits of origin `widened` to what was learned: `host` beside `remote-node` and the
/// reverse (where policies have `entities`), for which of them a node is depends on where the pod
/// runs; the cluster on the ports of its DNS servers, for the next workload has to ask them; the
/// world on ports where many addresses outside connected and were answered, for the next client has
/// another one, but never on ports of administration or data. What the lists forbid of it stays
/// with the addresses seen, and is told in `learned.not_public`. Nothing is added that is on the
/// deny list or the blocklist, and no node that looked suspicious or that an explicit deny refused.
void widen(const ObservedTraffic& traffic, const Parties& parties, const LearnOptions& options,
           bool entities, Learned& learned);

/// How many connections each widening adds to the policies.
std::map<Widening, std::uint64_t> widenings(const Synthesis& synthesis);

}  // namespace cnplint::synth
