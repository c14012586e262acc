// SPDX-License-Identifier: Apache-2.0
//
// The one place that knows what the DNS servers of clusters look like.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace cnplint::policy {

/// The port of DNS servers, and the one of their pods on OpenShift.
inline constexpr std::uint16_t kDnsPort = 53;
inline constexpr std::uint16_t kOpenShiftDnsPort = 5353;
constexpr bool is_dns_port(std::uint16_t port) {
  return port == kDnsPort || port == kOpenShiftDnsPort;
}

/// A label that the pods of a DNS server have in their namespace.
struct DnsServerLabel {
  std::string_view ns;
  std::string_view key;
  std::string_view value;
  std::uint16_t port = kDnsPort;  ///< of the pods
  bool on_nodes = false;          ///< NodeLocal DNS, which runs in the network of its node
};
std::span<const DnsServerLabel> dns_server_labels();

}  // namespace cnplint::policy
