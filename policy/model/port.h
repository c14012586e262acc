// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/yaml/document.h"

namespace cnplint::policy {

/// Whether Cilium takes the text as a port name: IANA, at most 15 characters, letters and digits
/// with single dashes between them, at least one letter (V051). Asked before the number.
bool is_port_name(std::string_view text);

/// A port number as Cilium reads it: Go's syntax with base prefix, so `010` is 8 and `1_000` is
/// 1000 (V051). None for what is no number up to 65535.
std::optional<std::uint16_t> port_number(std::string_view text);

/// Whether the protocol is one of those without ports (V052), in any case.
bool is_portless_protocol(std::string_view protocol);
/// Whether Cilium knows the protocol, in any case; empty is ANY (V054).
bool is_known_protocol(std::string_view protocol);
/// Compares protocols as Cilium does, upper-cased.
bool is_protocol(std::string_view text, std::string_view upper_case);

enum class Protocol : std::uint8_t { any, tcp, udp, sctp, other };

/// The ports of one {port, endPort, protocol}: a range when endPort is above a numeric port.
struct PortRange {
  std::uint16_t first = 0;  ///< 0 is every port
  std::uint16_t last = 0;
  Protocol protocol = Protocol::any;
  std::string_view name;  ///< of a named port; then the numbers say nothing

  [[nodiscard]] bool all() const { return name.empty() && first == 0; }
  [[nodiscard]] bool covers(std::uint16_t port) const {
    return name.empty() && (first == 0 || (first <= port && port <= last));
  }
  [[nodiscard]] bool covers_protocol(Protocol other) const {
    return protocol == Protocol::any || other == Protocol::any || protocol == other;
  }
};
PortRange read_port(NodeRef port);

}  // namespace cnplint::policy
