// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "synth/synthesis.h"

namespace cnplint::synth {

/// `12 flows, 2026-03-02T07:05:31Z to 2026-03-02T18:40:00Z`.
std::string described(const Reports& reports);
/// The same behind the peer and port, and where it was inferred.
std::string described(const Evidence& evidence);

/// All that policies rest on as JSON: each rule with what it permits, what was left out and why,
/// how labels were chosen. docs/synthesis.md has the fields.
std::string evidence_json(const Synthesis& synthesis);

}  // namespace cnplint::synth
