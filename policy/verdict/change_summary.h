// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/verdict/verdict_changes.h"

namespace cnplint::policy {

/// The name of a protocol; `other protocols` for those that stand for all without one.
std::string spoken_protocol(std::uint8_t protocol);
/// `every port`, `every port but 8080/TCP`, or the ports, as many as are asked for.
std::string ports_text(const std::vector<PortSpan>& ports, std::size_t most);

/// Changes of verdicts as lines, in order: `closes ingress of shop/cart from everybody but shop/web
/// on every port`. What differs in its causes only is one line.
std::vector<std::string> summarised(const std::vector<VerdictChange>& changes);

}  // namespace cnplint::policy
