// SPDX-License-Identifier: Apache-2.0
#include "policy/model/icmp.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

constexpr std::array<IcmpType, 14> kIPv4{{{"EchoReply", 0},
                                          {"DestinationUnreachable", 3},
                                          {"Redirect", 5},
                                          {"Echo", 8},
                                          {"EchoRequest", 8},
                                          {"RouterAdvertisement", 9},
                                          {"RouterSelection", 10},
                                          {"TimeExceeded", 11},
                                          {"ParameterProblem", 12},
                                          {"Timestamp", 13},
                                          {"TimestampReply", 14},
                                          {"Photuris", 40},
                                          {"ExtendedEchoRequest", 42},
                                          {"ExtendedEchoReply", 43}}};
constexpr std::array<IcmpType, 27> kIPv6{{{"DestinationUnreachable", 1},
                                          {"PacketTooBig", 2},
                                          {"TimeExceeded", 3},
                                          {"ParameterProblem", 4},
                                          {"EchoRequest", 128},
                                          {"EchoReply", 129},
                                          {"MulticastListenerQuery", 130},
                                          {"MulticastListenerReport", 131},
                                          {"MulticastListenerDone", 132},
                                          {"RouterSolicitation", 133},
                                          {"RouterAdvertisement", 134},
                                          {"NeighborSolicitation", 135},
                                          {"NeighborAdvertisement", 136},
                                          {"RedirectMessage", 137},
                                          {"RouterRenumbering", 138},
                                          {"ICMPNodeInformationQuery", 139},
                                          {"ICMPNodeInformationResponse", 140},
                                          {"InverseNeighborDiscoverySolicitation", 141},
                                          {"InverseNeighborDiscoveryAdvertisement", 142},
                                          {"HomeAgentAddressDiscoveryRequest", 144},
                                          {"HomeAgentAddressDiscoveryReply", 145},
                                          {"MobilePrefixSolicitation", 146},
                                          {"MobilePrefixAdvertisement", 147},
                                          {"DuplicateAddressRequestCodeSuffix", 157},
                                          {"DuplicateAddressConfirmationCodeSuffix", 158},
                                          {"ExtendedEchoRequest", 160},
                                          {"ExtendedEchoReply", 161}}};

template <std::size_t kCount>
constexpr std::array<std::string_view, kCount> names_of(const std::array<IcmpType, kCount>& types) {
  std::array<std::string_view, kCount> names{};
  for (std::size_t i = 0; i < kCount; ++i) names[i] = types[i].name;
  return names;
}
constexpr auto kIPv4Names = names_of(kIPv4);
constexpr auto kIPv6Names = names_of(kIPv6);

std::uint16_t clamped(std::int64_t value) {
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(value, 0, UINT16_MAX));
}

}  // namespace

std::span<const IcmpType> icmp_types(bool v6) {
  return v6 ? std::span<const IcmpType>(kIPv6) : std::span<const IcmpType>(kIPv4);
}

std::span<const std::string_view> icmp_type_names(bool v6) {
  return v6 ? std::span<const std::string_view>(kIPv6Names)
            : std::span<const std::string_view>(kIPv4Names);
}

bool is_icmp_v6(NodeRef field) { return field.get("family").text() == "IPv6"; }

std::optional<std::uint16_t> read_icmp_type(NodeRef field) {
  const NodeRef type = field.get("type");
  if (!type.is_scalar()) return std::nullopt;
  if (type.type() == ScalarType::integer) {
    const auto value = integer_value(type.text(), type.type());
    return value ? std::optional(clamped(*value)) : std::nullopt;
  }
  const std::string_view text = type.text();
  const auto types = icmp_types(is_icmp_v6(field));
  const auto named = std::ranges::find(types, text, &IcmpType::name);
  if (named != types.end()) return named->number;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return clamped(value);
}

}  // namespace cnplint::policy
