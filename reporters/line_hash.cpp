// SPDX-License-Identifier: Apache-2.0
#include "reporters/line_hash.h"

#include <charconv>
#include <cstdint>
#include <unordered_map>

namespace cnplint::reporters {
namespace {

constexpr std::size_t kWindow = 100;
constexpr std::uint64_t kFactor = 37;
constexpr std::uint32_t kEndOfFile = 0xFFFF;
constexpr std::uint32_t kFirstSupplementary = 0x10000;

/// The text as UTF-16 units without blanks, CR and CRLF as LF; and where each line begins.
struct Units {
  std::vector<std::uint16_t> units;
  std::vector<std::size_t> line_starts;
};

std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  std::uint32_t value = extra == 0 ? lead : lead & (0x3FU >> extra);
  for (int i = 0; i < extra && at < text.size(); ++i)
    value = (value << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  return value;
}

Units units_of(std::string_view text) {
  Units result;
  bool line_start = true;
  bool after_return = false;
  const auto add = [&](std::uint32_t unit) {
    if (line_start) result.line_starts.push_back(result.units.size());
    line_start = unit == '\n';
    result.units.push_back(static_cast<std::uint16_t>(unit));
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t point = next_code_point(text, at);
    const bool skipped = point == ' ' || point == '\t' || (after_return && point == '\n');
    after_return = point == '\r';
    if (skipped) continue;
    if (point < kFirstSupplementary) {
      add(after_return ? '\n' : point);
    } else {
      add(0xD800 + ((point - kFirstSupplementary) >> 10U));
      add(0xDC00 + ((point - kFirstSupplementary) & 0x3FFU));
    }
  }
  add(kEndOfFile);
  return result;
}

std::string hex(std::uint64_t value) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, 16);
  return {digits, error == std::errc() ? end : digits};
}

}  // namespace

std::vector<std::string> line_hashes(std::string_view text) {
  const Units input = units_of(text);
  std::vector<std::string> result;
  std::unordered_map<std::uint64_t, int> seen;
  for (const std::size_t start : input.line_starts) {
    std::uint64_t hash = 0;
    for (std::size_t i = start; i < start + kWindow; ++i)
      hash = hash * kFactor + (i < input.units.size() ? input.units[i] : 0);
    result.push_back(hex(hash) + ":" + std::to_string(++seen[hash]));
  }
  return result;
}

}  // namespace cnplint::reporters
