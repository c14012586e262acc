// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "synth/draft.h"

namespace cnplint::synth {

/// What connects to so many addresses outside without names that the next one is likely another,
/// and is denied: sentences, with the range that has them all and what it costs.
std::vector<std::string> many_addresses(const Drafts& drafts);

}  // namespace cnplint::synth
