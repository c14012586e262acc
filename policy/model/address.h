// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cnplint::policy {

/// An IPv4 or IPv6 address; IPv4 uses the first four bytes.
struct Address {
  bool v6 = false;
  bool zone = false;  ///< written with %zone, which netip reads and no policy can use
  std::array<std::uint8_t, 16> bytes{};

  friend bool operator==(const Address&, const Address&) = default;
  [[nodiscard]] int bits() const { return v6 ? 128 : 32; }
};

struct Prefix {
  Address address;
  int length = 0;

  [[nodiscard]] bool contains(const Address& other) const;
  /// Whether all addresses of another prefix are in it.
  [[nodiscard]] bool contains(const Prefix& other) const {
    return length <= other.length && contains(other.address);
  }
  /// The first address: the bits behind the length are 0.
  [[nodiscard]] Address first() const;
  /// The last address: the bits behind the length are 1.
  [[nodiscard]] Address last() const;
  /// Whether bits behind the length are set: Cilium masks them silently (fact R5).
  [[nodiscard]] bool has_host_bits() const;
};

/// How many leading bits two addresses of one family share.
int common_bits(const Address& a, const Address& b);

/// The bytes of the prefix of a length that holds an address, as a key for tables: ordered by
/// family, first address and length.
std::string prefix_key(const Address& address, int length);

/// What Go's netip.ParseAddr reads, which is how Cilium reads addresses: strictly. No leading
/// zeros; an IPv6 zone is read and flagged.
std::optional<Address> parse_address(std::string_view text);

/// The canonical text of an address.
std::string to_string(const Address& address);

/// A prefix as Cilium understands it, with the bits behind its length masked (R5).
std::string masked_text(const Prefix& prefix);

/// What Go's netip.ParsePrefix reads: no zone, no leading zeros, a length in range.
std::optional<Prefix> parse_prefix(std::string_view text);

/// What the format `cidr` of the API server accepts: like parse_prefix, leading zeros allowed.
bool is_sloppy_cidr(std::string_view text);

}  // namespace cnplint::policy
