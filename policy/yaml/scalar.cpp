// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace cnplint::policy {
namespace {

using namespace std::string_view_literals;

constexpr std::array kTrue{"y"sv,  "Y"sv,  "yes"sv,  "Yes"sv,  "YES"sv, "on"sv,
                           "On"sv, "ON"sv, "true"sv, "True"sv, "TRUE"sv};
constexpr std::array kFalse{"n"sv,   "N"sv,   "no"sv,    "No"sv,    "NO"sv,   "off"sv,
                            "Off"sv, "OFF"sv, "false"sv, "False"sv, "FALSE"sv};
constexpr std::array kNull{""sv, "~"sv, "null"sv, "Null"sv, "NULL"sv};
constexpr std::array kSpecialFloat{".nan"sv,  ".NaN"sv,  ".NAN"sv,  ".inf"sv,
                                   ".Inf"sv,  ".INF"sv,  "+.inf"sv, "+.Inf"sv,
                                   "+.INF"sv, "-.inf"sv, "-.Inf"sv, "-.INF"sv};

bool among(const auto& words, std::string_view text) {
  return std::ranges::find(words, text) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Integer {
  std::uint64_t magnitude = 0;
  bool negative = false;
};

/// strconv.ParseInt(text, 0, 64) after the underscores are gone: 0x, 0o, 0b and a bare leading 0
/// for octal.
std::optional<Integer> parse_integer(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  std::string_view rest = digits;
  Integer result;
  if (rest.starts_with('+') || rest.starts_with('-')) {
    result.negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  int base = 10;
  if (rest.size() > 1 && rest.front() == '0') {
    const char mark = static_cast<char>(rest[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    rest.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), result.magnitude, base);
  if (rest.empty() || error != std::errc() || end != rest.data() + rest.size()) return std::nullopt;
  // With a sign it has to fit 63 bits.
  constexpr auto kMost = static_cast<std::uint64_t>(INT64_MAX);
  const bool fits = result.magnitude <= (result.negative ? kMost + 1 : kMost);
  return fits || (digits[0] != '+' && digits[0] != '-') ? std::optional(result) : std::nullopt;
}

/// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool looks_like_float(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  const bool whole = digits() > 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    const bool fraction = digits() > 0;
    if (!whole && !fraction) return false;
  } else if (!whole) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace

ScalarType resolve_plain(std::string_view text) {
  if (text.empty()) return ScalarType::null;
  const char head = text.front();
  const bool number = is_digit(head) || head == '+' || head == '-' || head == '.';
  if (number) {
    if (among(kSpecialFloat, text)) return ScalarType::floating;
    if (head != '.' && parse_integer(text)) return ScalarType::integer;
    std::string plain(text);
    if (head != '.') std::erase(plain, '_');
    // A number beyond what a float holds stays a text.
    return looks_like_float(plain) && is_finite(plain) ? ScalarType::floating : ScalarType::string;
  }
  constexpr std::size_t kLongestWord = 5;
  if (text.size() > kLongestWord || "yYnNtTfFoO~"sv.find(head) == std::string_view::npos)
    return ScalarType::string;
  if (among(kNull, text)) return ScalarType::null;
  return among(kTrue, text) || among(kFalse, text) ? ScalarType::boolean : ScalarType::string;
}

std::optional<std::int64_t> integer_value(std::string_view text, ScalarType type) {
  constexpr double kLargest = 9.2e18;
  if (type == ScalarType::integer) {
    const auto integer = parse_integer(text);
    if (!integer) return std::nullopt;
    if (integer->negative) return static_cast<std::int64_t>(~integer->magnitude + 1);
    if (integer->magnitude > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(integer->magnitude);
  }
  if (type != ScalarType::floating) return std::nullopt;
  std::string plain(text);
  std::erase(plain, '_');
  const double value = std::strtod(plain.c_str(), nullptr);
  if (!(std::abs(value) < kLargest) || value != std::floor(value)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

bool boolean_value(std::string_view text) { return among(kTrue, text); }

namespace {

double float_value(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '_');
  if (plain.ends_with(".inf") || plain.ends_with(".Inf") || plain.ends_with(".INF"))
    return plain.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
  if (plain.starts_with('.') && base::lower(plain) == ".nan") return std::nan("");
  return std::strtod(plain.c_str(), nullptr);
}

/// A float as Go writes it with the least digits that tell a float of 32 bits apart (%g).
std::string shortest(float value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value < 0 ? "-.inf" : ".inf";
  constexpr double kLeast = 1e-4;
  constexpr double kMost = 1e6;  // from here on with an exponent; Go decides by the digits
  const double size = std::abs(static_cast<double>(value));
  const bool plain = size == 0 || (size >= kLeast && size < kMost);
  std::array<char, 64> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  return {text.data(), written.ptr};
}

}  // namespace

bool is_finite(std::string_view text) { return std::isfinite(float_value(text)); }

std::string canonical_key(std::string_view text, ScalarType type) {
  if (type == ScalarType::boolean) return boolean_value(text) ? "true" : "false";
  if (type == ScalarType::floating) return shortest(static_cast<float>(float_value(text)));
  if (const auto value = integer_value(text, type)) return std::to_string(*value);
  return std::string(text);
}

}  // namespace cnplint::policy
