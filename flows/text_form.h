// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cnplint::flows {

/// Whether a line is one of what `hubble observe` prints for people: compact (its default), `-o
/// tab` or `-o dict`, with or without colours. These have no labels and not who replies.
bool is_hubble_text(std::string_view line);

/// What is wrong with such a line.
inline constexpr const char* kHubbleText =
    "text output of Hubble, which leaves labels out: use `hubble observe -o jsonpb`";

}  // namespace cnplint::flows
