// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "project/guarantees.h"
#include "synth/synthesis.h"

namespace cnplint::cli {

/// Warns with sentences of one kind, the first few of them.
void warn_about(const std::string& what, const std::vector<std::string>& sentences);

/// Says on standard error what was left out and stays open, and why.
void tell_learned(const synth::Synthesis& synthesis, const coverage::ObservedTraffic& observed,
                  const synth::DraftOptions& options);

/// Says on standard error what is not put into default deny, and why.
void tell_open(const std::vector<std::string>& open);

/// One line: how many policies, what they rest on, what they allow beside.
/// @param excess connections that nobody saw and that pass
std::string summary(const synth::Synthesis& synthesis, const project::Guarantees& guarantees);

}  // namespace cnplint::cli
