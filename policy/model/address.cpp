// SPDX-License-Identifier: Apache-2.0
#include "policy/model/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <string>

namespace cnplint::policy {
namespace {

constexpr std::size_t kLongestAddress = 64;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Takes the zeros away that Go's old parser allowed in front of each number.
std::string without_leading_zeros(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_number = i == 0 || !is_hex(text[i - 1]);
    if (starts_number)
      while (text[i] == '0' && i + 1 < text.size() && is_hex(text[i + 1])) ++i;
    result += text[i];
  }
  return result;
}

}  // namespace

bool Prefix::contains(const Address& other) const {
  if (address.v6 != other.v6) return false;
  const auto whole = static_cast<std::size_t>(length / 8);
  if (std::memcmp(address.bytes.data(), other.bytes.data(), whole) != 0) return false;
  const int rest = length % 8;
  return rest == 0 || ((address.bytes[whole] ^ other.bytes[whole]) >> (8 - rest)) == 0;
}

Address Prefix::first() const {
  constexpr int kByte = 8;
  Address result = address;
  int left = length;
  for (std::uint8_t& byte : result.bytes) {
    const int kept = std::clamp(left, 0, kByte);
    byte = static_cast<std::uint8_t>(byte & (UINT8_MAX << (kByte - kept)));
    left -= kByte;
  }
  return result;
}

Address Prefix::last() const {
  constexpr int kByte = 8;
  Address result = first();
  for (int bit = length; bit < result.bits(); ++bit) {
    const auto at = static_cast<std::size_t>(bit / kByte);
    result.bytes[at] = static_cast<std::uint8_t>(result.bytes[at] | (0x80U >> (bit % kByte)));
  }
  return result;
}

bool Prefix::has_host_bits() const { return first() != address; }

int common_bits(const Address& a, const Address& b) {
  constexpr int kByte = 8;
  const auto [x, y] = std::ranges::mismatch(a.bytes, b.bytes);
  const auto whole = static_cast<int>(x - a.bytes.begin()) * kByte;
  if (whole >= a.bits()) return a.bits();
  return whole + std::countl_zero(static_cast<std::uint8_t>(*x ^ *y));
}

std::string prefix_key(const Address& address, int length) {
  const Address first = Prefix{address, length}.first();
  std::string key(1, address.v6 ? '6' : '4');
  key.append(first.bytes.begin(), first.bytes.end());
  return key + static_cast<char>(length);
}

std::optional<Address> parse_address(std::string_view text) {
  Address result;
  result.v6 = text.find(':') != std::string_view::npos;
  if (const std::size_t percent = text.find('%'); percent != std::string_view::npos) {
    if (!result.v6 || percent + 1 == text.size()) return std::nullopt;
    result.zone = true;
    text = text.substr(0, percent);
  }
  if (text.size() > kLongestAddress || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  const std::string zero_terminated(text);
  if (inet_pton(result.v6 ? AF_INET6 : AF_INET, zero_terminated.c_str(), result.bytes.data()) != 1)
    return std::nullopt;
  return result;
}

std::string to_string(const Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  return text;
}

std::string masked_text(const Prefix& prefix) {
  return to_string(prefix.first()) + "/" + std::to_string(prefix.length);
}

std::optional<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  if (!address || address->zone || digits.empty() || (digits.size() > 1 && digits.front() == '0') ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  Prefix result{*address, 0};
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), result.length);
  if (parsed.ec != std::errc() || result.length > address->bits()) return std::nullopt;
  return result;
}

bool is_sloppy_cidr(std::string_view text) {
  return parse_prefix(text) || parse_prefix(without_leading_zeros(text)).has_value();
}

}  // namespace cnplint::policy
