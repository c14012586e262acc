// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "project/measure.h"
#include "synth/synthesis.h"

namespace cnplint::project {

/// For rules of egress to every address outside, by their position in the report: the rules that
/// allow what used them, as items in YAML, each in one line: names where the DNS proxy sees them
/// asked for, addresses, ports. Only where the verdict engine lets all of that pass with them; what
/// a synthesis leaves out has none.
std::map<std::uint32_t, std::vector<std::string>> narrowed_rules(const Measurement& measurement,
                                                                 const synth::Synthesis& synthesis);

}  // namespace cnplint::project
