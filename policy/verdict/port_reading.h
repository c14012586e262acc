// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/verdict/endpoint.h"
#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// A protocol and a port or ICMP type.
struct Port {
  std::uint8_t protocol = ip_protocol::kTcp;
  std::uint16_t number = 0;
};

/// Reads `7070/TCP`, `7070` (TCP) or the name of a named port of the destination, alone or with its
/// protocol. Otherwise the error says what is wrong.
struct PortReading {
  std::optional<Port> port;
  std::string error;
};
PortReading read_port(std::string_view text, const Endpoint& destination);

}  // namespace cnplint::policy
