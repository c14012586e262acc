// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/tag.h"

#include <array>
#include <chrono>
#include <cstdint>

#include "base/encoding.h"
#include "base/text.h"
#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

constexpr std::string_view kStandard = "tag:yaml.org,2002:";

/// Base64 as Go's decoder takes it: padded, line breaks aside.
std::optional<std::string> decoded_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr unsigned kDigitBits = 6;
  constexpr unsigned kByteBits = 8;
  std::string bytes;
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos || padding > 0) return std::nullopt;
    bits = (bits << kDigitBits) | static_cast<std::uint32_t>(digit);
    const std::size_t before = digits++ * kDigitBits / kByteBits;
    const std::size_t ready = digits * kDigitBits / kByteBits;
    if (ready > before)
      bytes += static_cast<char>((bits >> (digits * kDigitBits % kByteBits)) & 0xFFU);
  }
  if ((digits + padding) % 4 != 0 || padding > 2 || (padding > 0 && digits % 4 < 2))
    return std::nullopt;
  return bytes;
}

/// Whether a text is `2001-1-2`, or that with a time behind it: `T` or blank, `3:4:5`, a fraction,
/// and, behind `T`, a zone.
bool is_timestamp(std::string_view text) {
  unsigned value = 0;  // of the last number
  const auto number = [&](std::size_t least, std::size_t most) {
    std::size_t count = 0;
    for (value = 0; count < text.size() && count < most && text[count] >= '0' && text[count] <= '9';
         ++count)
      value = value * 10 + static_cast<unsigned>(text[count] - '0');
    text.remove_prefix(count);
    return count >= least;
  };
  const auto mark = [&](std::string_view marks) {
    if (text.empty() || marks.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  };
  if (!number(4, 4)) return false;
  const std::chrono::year year(static_cast<int>(value));
  if (!mark("-") || !number(1, 2)) return false;
  const std::chrono::month month(value);
  if (!mark("-") || !number(1, 2) || !(year / month / std::chrono::day(value)).ok()) return false;
  if (text.empty()) return true;
  const bool zone = text.front() != ' ';
  constexpr unsigned kHours = 24;
  constexpr unsigned kSixty = 60;
  if (!mark("Tt ") || !number(1, 2) || value >= kHours || !mark(":") || !number(1, 2) ||
      value >= kSixty || !mark(":") || !number(1, 2) || value >= kSixty)
    return false;
  if (mark(".") && !number(1, text.size())) return false;
  if (!zone || mark("Z")) return text.empty();
  return mark("+-") && number(2, 2) && mark(":") && number(2, 2) && text.empty();
}

bool fits(std::string_view text, std::string_view name, ScalarType type) {
  if (name == "int") return type == ScalarType::integer;
  if (name == "float")
    return type == ScalarType::floating ||
           (type == ScalarType::integer && integer_value(text, type).has_value());
  if (name == "bool") return type == ScalarType::boolean;
  if (name == "null") return type == ScalarType::null;
  return is_timestamp(text);
}

}  // namespace

tl::expected<TaggedScalar, std::string> read_tagged(std::string_view text, std::string_view tag) {
  if (!tag.starts_with(kStandard)) return TaggedScalar{};
  const std::string_view name = tag.substr(kStandard.size());
  if (name == "binary") {
    const auto bytes = decoded_base64(text);
    if (!bytes)
      return tl::unexpected(base::quoted(text) + " is not base64, as `!!binary` asks for");
    return TaggedScalar{ScalarType::string, base::with_replacements(*bytes)};
  }
  constexpr std::array<std::string_view, 5> kChecked{"int", "float", "bool", "null", "timestamp"};
  for (const std::string_view each : kChecked) {
    if (each != name) continue;
    const ScalarType type = resolve_plain(text);
    // A float that is written like an integer is its number.
    if (fits(text, name, type))
      return TaggedScalar{name == "timestamp" ? ScalarType::string : type, {}};
    return tl::unexpected(base::quoted(text) + " is not what `!!" + std::string(name) +
                          "` asks for");
  }
  return TaggedScalar{};
}

}  // namespace cnplint::policy
