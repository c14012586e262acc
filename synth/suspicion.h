// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "synth/party.h"

namespace cnplint::synth {

/// What should not be there, by connection: a sentence, empty where nothing is odd. Odd are the
/// outside on ports of administration, cloud metadata addresses, one source that tries many ports
/// of a destination, one that tries many destinations on a port, and ephemeral ports of which only
/// the heuristics say that somebody listens there.
std::vector<std::string> suspicions(const ObservedTraffic& traffic, const Parties& parties);

}  // namespace cnplint::synth
