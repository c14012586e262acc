// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// IP protocol numbers. 0 is every protocol in policies, and none in captures.
namespace cnplint::base::ip_protocol {

inline constexpr std::uint8_t kAny = 0;
inline constexpr std::uint8_t kIcmp = 1;
inline constexpr std::uint8_t kIgmp = 2;
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::uint8_t kIcmpV6 = 58;
inline constexpr std::uint8_t kVrrp = 112;
inline constexpr std::uint8_t kSctp = 132;

constexpr bool is_icmp(std::uint8_t protocol) { return protocol == kIcmp || protocol == kIcmpV6; }

}  // namespace cnplint::base::ip_protocol
