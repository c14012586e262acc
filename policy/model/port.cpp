// SPDX-License-Identifier: Apache-2.0
#include "policy/model/port.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "base/text.h"
#include "policy/yaml/scalar.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

using namespace std::string_view_literals;

using base::is_alnum;

constexpr std::array kPortless{"VRRP"sv, "IGMP"sv, "GRE"sv, "IPIP"sv, "IPV6"sv, "ESP"sv, "AH"sv};
constexpr std::array kWithPorts{"TCP"sv, "UDP"sv, "SCTP"sv, "ANY"sv, ""sv};

bool names_one_of(const auto& words, std::string_view text) {
  return std::ranges::any_of(words, [&](std::string_view word) { return is_protocol(text, word); });
}

}  // namespace

bool is_port_name(std::string_view text) {
  constexpr std::size_t kLongest = 15;
  if (text.empty() || text.size() > kLongest || !is_alnum(text.front()) || !is_alnum(text.back()))
    return false;
  bool letter = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_alnum(text[i]) && (text[i] != '-' || text[i - 1] == '-')) return false;
    letter = letter || std::isalpha(static_cast<unsigned char>(text[i])) != 0;
  }
  return letter;
}

namespace {

/// Go's rule for underscores in base-0 numbers: only between digits, or behind the base prefix.
bool underscores_fit(std::string_view text) {
  char before = '^';
  for (const char c : text) {
    if (c == '_' && !std::isdigit(static_cast<unsigned char>(before))) return false;
    if (before == '_' && !std::isdigit(static_cast<unsigned char>(c))) return false;
    before = c;
  }
  return before != '_';
}

}  // namespace

std::optional<std::uint16_t> port_number(std::string_view text) {
  // A base prefix with a letter (0x50) makes the text a name, so only decimal and 0-octal are left.
  if (text.empty() || !underscores_fit(text)) return std::nullopt;
  std::string digits(text);
  std::erase(digits, '_');
  const int base = digits.size() > 1 && digits.front() == '0' ? 8 : 10;
  std::uint16_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

bool is_protocol(std::string_view text, std::string_view upper_case) {
  return std::ranges::equal(text, upper_case,
                            [](unsigned char a, unsigned char b) { return std::toupper(a) == b; });
}

bool is_portless_protocol(std::string_view protocol) { return names_one_of(kPortless, protocol); }

bool is_known_protocol(std::string_view protocol) {
  return names_one_of(kWithPorts, protocol) || is_portless_protocol(protocol);
}

namespace {

Protocol read_protocol(std::string_view text) {
  if (text.empty() || is_protocol(text, "ANY")) return Protocol::any;
  if (is_protocol(text, "TCP")) return Protocol::tcp;
  if (is_protocol(text, "UDP")) return Protocol::udp;
  return is_protocol(text, "SCTP") ? Protocol::sctp : Protocol::other;
}

}  // namespace

PortRange read_port(NodeRef port) {
  PortRange range;
  const NodeRef number = port.get("port");
  range.protocol = read_protocol(port.get("protocol").text());
  if (number.is_scalar() && number.type() == ScalarType::integer) {
    const auto value = integer_value(number.text(), number.type());
    if (value && *value >= 0 && *value <= UINT16_MAX)
      range.first = static_cast<std::uint16_t>(*value);
  } else if (is_port_name(number.text()) || has_placeholder(number.text())) {
    // Which port a variable is is not known, so it is none that anybody asks about.
    range.name = number.text();
  } else {
    range.first = port_number(number.text()).value_or(0);
  }
  range.last = range.first;
  const NodeRef end = port.get("endPort");
  if (!end.is_scalar() || !range.name.empty()) return range;
  const auto last = integer_value(end.text(), end.type());
  if (last && *last > range.first && *last <= UINT16_MAX)
    range.last = static_cast<std::uint16_t>(*last);
  return range;
}

}  // namespace cnplint::policy
