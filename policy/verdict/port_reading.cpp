// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/port_reading.h"

#include <charconv>

#include "base/text.h"

namespace cnplint::policy {

PortReading read_port(std::string_view text, const Endpoint& destination) {
  const std::size_t slash = text.find('/');
  const std::string_view number = text.substr(0, slash);
  std::optional<std::uint8_t> protocol = ip_protocol::kTcp;
  if (slash != std::string_view::npos) protocol = protocol_number(text.substr(slash + 1));
  if (!protocol)
    return {std::nullopt,
            base::quoted(text.substr(slash + 1)) + " is no protocol; write TCP, UDP or SCTP"};
  for (const NamedPort& named : destination.named_ports)
    if (named.name == number && (slash == std::string_view::npos || named.protocol == *protocol))
      return {Port{named.protocol, named.port}, {}};
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool icmp = ip_protocol::is_icmp(*protocol);
  const bool whole = error == std::errc() && end == number.data() + number.size();
  if (icmp && (!whole || value > UINT8_MAX))
    return {std::nullopt, base::quoted(number) + " is no ICMP type; write a number up to 255"};
  if (!whole || (value == 0 && !icmp))
    return {std::nullopt, base::quoted(text) +
                              " is no port; write it as 8080/TCP, or the name of a port that the "
                              "destination has"};
  return {Port{*protocol, value}, {}};
}

}  // namespace cnplint::policy
