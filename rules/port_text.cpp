// SPDX-License-Identifier: Apache-2.0
#include "rules/port_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/blanks.h"
#include "base/text.h"
#include "policy/model/port.h"
#include "rules/joined_words.h"

namespace cnplint::rules {
namespace {

using base::quoted;
using policy::Dialect;
using policy::PolicyKind;

constexpr std::uint32_t kLastPort = 65535;

/// A decimal number of at most 65535, 0 too.
std::optional<std::uint32_t> decimal(std::string_view text) {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || error != std::errc() || value > kLastPort) return std::nullopt;
  return value;
}

/// The two sides of a mark, without the blanks around it.
std::optional<std::pair<std::string_view, std::string_view>> sides_of(std::string_view text,
                                                                      std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(base::without_blanks(text.substr(0, at)),
                   base::without_blanks(text.substr(at + mark.size())));
}

/// `port: 80` as a kind writes it.
std::string port_field(std::string_view number, PolicyKind kind) {
  const bool is_text = policy::facts_of(kind).dialect == Dialect::cilium;
  return is_text ? "`port: \"" + std::string(number) + "\"`"
                 : "`port: " + std::string(number) + "`";
}

std::string every_port(std::string_view text, PolicyKind kind) {
  const std::string start = quoted(text) + " is not a port: leave ";
  if (policy::facts_of(kind).dialect == Dialect::cilium)
    return start + "`toPorts` out for every port, write `port: \"0\"` for every port of a protocol";
  if (policy::is_firewall(kind)) return start + "`ports` out for every port";
  return start + "`ports` out for every port, and only `port` for every port of a protocol";
}

std::string range_problem(std::string_view text, PolicyKind kind) {
  for (const std::string_view mark : {"-", ":", ".."}) {
    const auto sides = sides_of(text, mark);
    if (!sides) continue;
    const auto first = decimal(sides->first);
    const auto last = decimal(sides->second);
    if (!first || !last || *first >= *last) continue;
    if (*first <= 1 && *last == kLastPort) return every_port(text, kind);
    const std::string start = quoted(text) + " is a range";
    if (policy::is_firewall(kind))
      return start + ": " + std::string(policy::kind_name(kind)) +
             " knows none, write an entry for each port";
    return start + ": write " + port_field(sides->first, kind) +
           " and `endPort: " + std::string(sides->second) + "`";
  }
  return {};
}

std::string protocol_problem_of_port(std::string_view text, PolicyKind kind) {
  constexpr std::array<std::string_view, 4> kProtocols{"TCP", "UDP", "SCTP", "ANY"};
  const bool any = policy::facts_of(kind).dialect == Dialect::cilium;
  const auto known = [&](std::string_view word) -> std::string_view {
    for (const std::string_view each : kProtocols)
      if (base::equal_ignoring_case(word, each) && (any || each != "ANY")) return each;
    return {};
  };
  for (const std::string_view mark : {"/", ":", "-", ",", " "}) {
    auto sides = sides_of(base::without_blanks(text), mark);
    if (!sides) continue;
    if (known(sides->second).empty()) std::swap(sides->first, sides->second);
    const std::string_view protocol = known(sides->second);
    if (!protocol.empty() && decimal(sides->first).value_or(0) > 0)
      return quoted(text) + " is a port and its protocol: write " + port_field(sides->first, kind) +
             " and `protocol: " + std::string(protocol) + "`";
  }
  return {};
}

}  // namespace

std::string port_text_problem(std::string_view text, PolicyKind kind) {
  if (base::without_blanks(text) == "*") return every_port(text, kind);
  std::string problem = range_problem(text, kind);
  if (problem.empty()) problem = protocol_problem_of_port(text, kind);
  if (!problem.empty()) return problem;
  problem = joined_problem(text, "ports", "an entry for each of", [&](std::string_view word) {
    return policy::port_number(word) || (!policy::is_firewall(kind) && policy::is_port_name(word));
  });
  if (!problem.empty()) return problem;
  const std::string blanks = base::blanks_hint(text);
  return blanks.empty() ? blanks : quoted(text) + " is not a port" + blanks;
}

}  // namespace cnplint::rules
