// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "policy/yaml/document.h"

namespace cnplint::policy {

/// A name that Cilium knows for an ICMP type (fact A5.6).
struct IcmpType {
  std::string_view name;
  std::uint8_t number;
};

/// The names of a family, in the order of their numbers.
std::span<const IcmpType> icmp_types(bool v6);
/// Only the names, for messages.
std::span<const std::string_view> icmp_type_names(bool v6);

/// The type that a field of `icmps` stands for, as the policy engine stores it: a name or a number;
/// below 0 is 0, which stands for every type, above 65535 is 65535, and what is above 255 matches
/// nothing. None where there is no such type.
std::optional<std::uint16_t> read_icmp_type(NodeRef field);
/// Whether a field of `icmps` is of IPv6; without `family` it is of IPv4.
bool is_icmp_v6(NodeRef field);

}  // namespace cnplint::policy
